package dev.espalier.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComponentTest {
  @ParameterizedTest
  @CsvSource({
    "encoder.0.weight, encoder, encoder.0",
    "/encoder/0/Gemm, encoder, /encoder/0",
    "encoder/fc.weight, encoder, encoder/fc",
    "weight, model, weight",
    "onnx::MatMul_12, model, onnx::MatMul_12",
    "/Gemm, model, /Gemm",
    "'', model, ''",
    ".weight, model, .weight",
    "//x, model, /",
  })
  void comeFromTheFirstSegment(String name, String component, String scope) {
    assertEquals(component, Component.of(name));
    assertEquals(scope, Component.scope(name));
  }
}
