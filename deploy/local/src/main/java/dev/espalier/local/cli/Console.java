package dev.espalier.local.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.io.PrintStream;
import java.util.Map;

/**
 * What the person sees. Results go to standard output, progress to standard error, so that a pipe
 * gets results alone.
 */
final class Console {
  private final PrintStream out;
  private final PrintStream err = System.err;
  private final boolean json;
  private final boolean terminal;

  /**
   * @param json results as JSON, one object a line
   * @param terminal standard error is a terminal: bars move, else there is a line now and then
   */
  Console(boolean json, boolean terminal) {
    this.json = json;
    this.terminal = terminal;
    // JSON is UTF-8, whatever the terminal is set to.
    this.out = json ? new PrintStream(System.out, true, UTF_8) : System.out;
  }

  boolean json() {
    return json;
  }

  boolean terminal() {
    return terminal;
  }

  /** A line of the result for a person; nothing where JSON is asked for. */
  void line(String line) {
    if (!json) {
      out.println(line);
    }
  }

  /** A line about what goes on. */
  void progress(String line) {
    err.println(line);
    err.flush();
  }

  /** The result as one line of JSON; nothing where JSON is not asked for. */
  void result(Map<String, ?> object) {
    if (json) {
      result(json(object));
    }
  }

  /** A message of the contracts as one line of JSON, with the contracts' field names. */
  void result(MessageOrBuilder message) {
    if (json) {
      result(json(message));
    }
  }

  /** A line of JSON; nothing where JSON is not asked for. */
  void result(String object) {
    if (json) {
      out.println(object);
      out.flush();
    }
  }

  /** A message of the contracts as JSON without line breaks, with the contracts' field names. */
  static String json(MessageOrBuilder message) {
    try {
      return JsonFormat.printer()
          .preservingProtoFieldNames()
          .omittingInsignificantWhitespace()
          .alwaysPrintFieldsWithNoPresence()
          .print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether nobody reads the results any more. */
  boolean isClosed() {
    return out.checkError();
  }

  /** An error; as JSON too where that is asked for. */
  void error(String message) {
    err.println("error: " + message);
    result(Map.of("error", message));
  }

  /** An object as JSON without line breaks. */
  static String json(Map<String, ?> object) {
    try {
      return new ObjectMapper().writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
