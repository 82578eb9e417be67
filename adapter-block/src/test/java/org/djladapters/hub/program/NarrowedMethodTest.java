/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.archive.ScriptArchive;
import org.djladapters.archive.Statement;
import org.djladapters.archive.TorchArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NarrowedMethodTest {

    private static final String SOURCE =
            """
            class Traced(Module):
              __parameters__ = ["weight", ]
              __buffers__ = ["position_ids", ]
              weight : Tensor
              position_ids : Tensor
              def forward(self, x: Tensor, mask: Tensor) -> Tensor:
            """;

    @TempDir Path folder;

    /** Makes a model whose method consists of statements. */
    private TorchArchive archive(String... statements) throws IOException {
        Path file = folder.resolve("traced.pt");
        String indent = "    ";
        String source = SOURCE + indent + String.join("\n" + indent, statements) + "\n";
        ScriptArchive.builder("Traced", source)
                .optTensor("weight", DataType.FLOAT32, new Shape(2), ByteBuffer.allocate(8))
                .optTensor("position_ids", DataType.INT64, new Shape(1), ByteBuffer.allocate(8))
                .write(file);
        return TorchArchive.open(file);
    }

    private List<String> converted(String... statements) throws IOException {
        Bfloat16Export export = new Bfloat16Export(archive(statements));
        assertThat(export.refusal()).isEmpty();
        Path file = folder.resolve("converted.pt");
        export.write(file);
        return TorchArchive.open(file).forward().statements().stream()
                .map(Statement::text)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "torch.to(mask, 6) | torch.to(mask, 15)",
                "torch.to(mask, torch.device(\"cpu\"), 6) | torch.to(mask, torch.device(\"cpu\"),"
                        + " 15)",
                "torch.to(mask, 11) | torch.to(mask, 11)",
                "torch.zeros([2, 3], dtype=6, layout=None) | torch.zeros([2, 3], dtype=15,"
                        + " layout=None)",
                "torch.softmax(x, -1, 6) | torch.softmax(x, -1, 15)",
                "torch.masked_fill(x, torch.to(mask, 11), -3.4028234663852886e+38)"
                        + " | torch.masked_fill(x, torch.to(mask, 11), -3.3895313892515355e+38)",
                "torch.add(x, torch.rsub(torch.to(mask, 6), 1.))"
                        + " | torch.add(x, torch.rsub(torch.to(mask, 15), 1.))",
                "torch.upsample_bicubic2d(x, [2, 2], False, None) |"
                        + " torch.to(torch.upsample_bicubic2d(torch.to(x, 6), [2, 2], False, None),"
                        + " 15)",
                "torch.scaled_dot_product_attention(x, x, x, mask)"
                        + " | __torch__.djladapters.bfloat16.attention(x, x, x, mask, False, None)",
                "torch.scaled_dot_product_attention(x, x, x, None, 0., True, scale=0.5)"
                        + " | __torch__.djladapters.bfloat16.attention(x, x, x, None, True, 0.5)",
                "torch.scaled_dot_product_attention(x, x, x, None, 0.1, True)"
                        + " | torch.scaled_dot_product_attention(x, x, x, None, 0.1, True)",
                "__torch__.djladapters.merged.linear(x, mask, None, 64) | torch.linear(x, mask,"
                        + " None)"
            })
    void typesAreChangedAndTheLeastNumberInsideOfExpressions(String before, String after)
            throws IOException {
        assertThat(converted("y = " + before, "return torch.tanh(y)")).contains("y = " + after);
    }

    @Test
    void theEndsAreFloat32() throws IOException {
        assertThat(converted("y = torch.add(x, mask)", "return y"))
                .containsExactly(
                        "x = __torch__.djladapters.bfloat16.input(x)",
                        "mask = __torch__.djladapters.bfloat16.input(mask)",
                        "y = torch.add(x, mask)",
                        "return __torch__.djladapters.bfloat16.output(y)");
    }

    /** Positions up to 256 alone are numbers of bfloat16. */
    @Test
    void whatIsComputedFromPositionsStaysFloat32UntilItIsAnIndex() throws IOException {
        List<String> statements =
                List.of(
                        "n = torch.arange(5, dtype=4, layout=None)",
                        "logs = torch.log(torch.div(torch.to(n, 6), 8))",
                        "buckets = torch.to(torch.mul(logs, 8), 4)",
                        "places = torch.add(torch.cumsum(torch.to(torch.ne(mask, 1), 3), 1), 1)",
                        "y = torch.embedding(x, torch.add(buckets, places))");
        assertThat(
                        converted(
                                Stream.concat(statements.stream(), Stream.of("return y"))
                                        .toArray(String[]::new)))
                .containsAll(statements);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "y = torch.cos(x)",
                "y = torch.cumsum(x, 1)",
                "y = torch.log(x)",
                "y = torch.to(x, 7)",
                "y = torch.to(x, mask)",
                "y = torch.arange(5, dtype=6, layout=None)",
                "y = torch.add(x, torch.arange(5, dtype=4))",
                "y = torch.mul(x, torch.to(self.position_ids, 6))",
                "y = torch.linear(torch.to(torch.arange(5, dtype=4), 6), x)",
                "y = torch.add(torch.where(), x)",
                "y = (torch.cos(x)).forward(x)",
                "y = torch.type_as(torch.arange(5, dtype=4), x)",
                "y = torch.mul(x, torch.to(torch.add(torch.ne(mask, 1), 1000), 6))",
                "y = unknown(x)",
                "y = __torch__.other.f(x)",
                "if bool(x):",
                "torch.add_(x, mask)",
            })
    void otherStatementsAreRefused(String statement) throws IOException {
        String[] statements =
                statement.startsWith("if")
                        ? new String[] {statement, "  pass", "return x"}
                        : new String[] {statement, "return x"};
        Bfloat16Export export = new Bfloat16Export(archive(statements));
        assertThat(export.refusal())
                .hasValue(
                        "the statement '%s' of Traced is not known to be right in 16 bits"
                                .formatted(statement));
    }
}
