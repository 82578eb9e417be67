/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.examples.outputs.ExampleOutputs.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {

    private static final String LINE =
            """
            {"suite":"text","key":{"task":"cola","method":"head","seed":1},\
            "setup":{"base":{"name":"m","sha256":"0"},"data":{},"held_back":0.1,"options":[],\
            "rates":[1.0]},"family":"head","metric":"accuracy","metrics":{"accuracy":0.5},\
            "outputs":"half.safetensors"}
            """;

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeOutputs() throws IOException {
        ExampleOutputs.write(
                folder.resolve("half.safetensors"),
                Map.of("dev", ExampleOutputs.of(Kind.HITS, new float[] {1, 0})));
    }

    private int run(String... options) {
        String[] args = new String[options.length + 1];
        args[0] = "report";
        System.arraycopy(options, 0, args, 1, options.length);
        return Adapters.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void writesAReportOfSeveralFiles() throws IOException {
        String first = file("a.jsonl", LINE);
        file("b.jsonl", LINE.replace("cola", "rte"));
        Path second = folder.resolve("../" + folder.getFileName()).resolve("b.jsonl");

        int status =
                run(
                        "--input",
                        first + "," + second,
                        "--output",
                        folder.resolve("new/out").toString());

        assertThat(err.toString()).isEmpty();
        assertThat(status).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        folder.resolve("new/out/report.md").toString(),
                        folder.resolve("new/out/report.html").toString());
        assertThat(folder.resolve("new/out/report.md"))
                .content()
                .contains("| head | 0 | 1 | 50.0 ± 50.0 | 50.0 ± 50.0 | 50.0 |");
    }

    @Test
    void whatIsWrongIsSaidInOneLine() throws IOException {
        String good = file("good.jsonl", LINE);
        String output = folder.resolve("out").toString();

        assertThat(failure("--input", folder.resolve("no.jsonl").toString(), "--output", output))
                .endsWith("no.jsonl does not exist; check the path");
        assertThat(failure("--input", file("bad.jsonl", "{}\n"), "--output", output))
                .contains("bad.jsonl: line 1 is not a result of a sweep");
        assertThat(failure("--input", file("empty.jsonl", ""), "--output", output))
                .contains("There are no results in")
                .contains("run a sweep first");
        assertThat(failure("--input", good, "--output", output, "--sweep", good))
                .contains("good.jsonl");
        assertThat(failure("--input", good, "--output", output, "--search", good))
                .contains("good.jsonl: line 1 is not a trial of a sweep");
        assertThat(failure("--input", good, "--output", output, "--head", "none"))
                .isEqualTo("There is no method 'none' in the results; there are: “head”");
        assertThat(
                        failure(
                                "--input",
                                file("gone.jsonl", LINE.replace("half", "gone")),
                                "--output",
                                output))
                .contains("gone.safetensors");
        assertThat(
                        failure(
                                "--input",
                                file("out.jsonl", LINE.replace("half", "../half")),
                                "--output",
                                output))
                .contains("are not in the folder of its line");
        assertThat(failure("--input", good, "--output", good))
                .endsWith("good.jsonl' is a file; choose a folder");
        assertThat(failure("--input", folder.toString(), "--output", output))
                .endsWith("it is a folder; give the path of a file");
        assertThat(Files.exists(Path.of(output))).isFalse();
    }

    private String failure(String... options) {
        err.getBuffer().setLength(0);
        assertThat(run(options)).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).hasSize(1);
        return err.toString().strip();
    }
}
