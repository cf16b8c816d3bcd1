package dev.espalier.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** One suite for all test classes that ask for it, taken down after the last of them. */
final class SharedSuite implements BeforeAllCallback {
  private static SuiteUnderTest suite;

  static SuiteUnderTest get() {
    return suite;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    suite =
        context
            .getRoot()
            .getStore(Namespace.GLOBAL)
            .computeIfAbsent(SuiteUnderTest.class, key -> start(), SuiteUnderTest.class);
  }

  private static SuiteUnderTest start() {
    try {
      return new SuiteUnderTest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
