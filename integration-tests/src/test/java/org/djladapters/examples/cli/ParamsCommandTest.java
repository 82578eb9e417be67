/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.examples.params.PublishedFigure;
import org.djladapters.examples.params.PublishedShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ParamsCommandTest {

    @Test
    void countsAllMethodsInAllShapes() {
        Run run = succeed("params");

        JsonObject line = line(run);
        assertThat(line.get("tokens").getAsInt()).isEqualTo(1024);
        List<String> shapes = PublishedShape.names();
        assertThat(line.getAsJsonArray("counts")).hasSize(shapes.size() * 23);
        assertThat(line.getAsJsonArray("published")).hasSameSizeAs(PublishedFigure.all());
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .anyMatch(row -> row.matches("minilm +--orders 1,2,3 --block-size 92 +6,048 .*"))
                .anyMatch(
                        row -> row.matches("llama-7b +--method full +6,607,343,616 +100\\.0000 .*"))
                .anyMatch(row -> row.matches("dinov2-large +VTAB-1k .*0\\.13M .* 60,480 .*"));
    }

    @Test
    void optionsOfAMethodGiveARowForEveryShape() {
        Run run =
                succeed(
                        "params",
                        "--shape=minilm,llama-3-8b",
                        "--method=lora",
                        "--rank=1",
                        "--targets=default",
                        "--tokens=100");

        JsonObject line = line(run);
        assertThat(line.getAsJsonArray("published")).isEmpty();
        assertThat(line.getAsJsonArray("counts")).hasSize(2);
        JsonObject minilm = line.getAsJsonArray("counts").get(0).getAsJsonObject();
        assertThat(minilm.get("model").getAsString()).isEqualTo("minilm");
        assertThat(minilm.get("adapter_parameters").getAsLong()).isEqualTo(9216);
        // 6 layers of 4 of 384 x 384 and two of 1536 x 384
        long base = 6 * 2 * (4 * 384 * 384 + 2 * 1536 * 384);
        assertThat(minilm.get("base_forward_flops_per_token").getAsLong()).isEqualTo(base);
        assertThat(minilm.get("base_backward_flops_per_token").getAsLong()).isEqualTo(base);
        assertThat(minilm.get("adapter_forward_flops_per_token").getAsLong()).isZero();
        // 12 layers with custom backward passes: 4 r (in + out) for a token, 2 r in out once
        assertThat(minilm.get("adapter_backward_flops_per_token").getAsLong())
                .isEqualTo(12 * 4 * 768);
        long once = 12 * 2 * 384 * 384;
        assertThat(minilm.get("adapter_forward_flops_per_step").getAsLong()).isEqualTo(once);
        assertThat(minilm.get("step_flops_ratio").getAsDouble())
                .isEqualTo((2 * base + 12 * 4 * 768 + once / 100.0) / (2 * base));
        // 32 layers: queries of 4096 and values of 1024 features
        JsonObject llama = line.getAsJsonArray("counts").get(1).getAsJsonObject();
        assertThat(llama.get("adapter_parameters").getAsLong())
                .isEqualTo(32 * (4096 + 4096 + 4096 + 1024));
    }

    @Test
    void aBudgetGivesLayoutsThatSpendIt() {
        Run run = succeed("params", "--shape", "minilm", "--budget", 10_000);

        // order 1 in pairs of all outputs needs 10,368; orders 1 and 2 fill blocks of 10 by n = 4
        assertThat(run.out())
                .anyMatch(row -> row.contains("--method compound --orders 1,2 --block-size 10 "))
                .anyMatch(row -> row.contains("--method lora --rank 1 --targets default "))
                .anyMatch(
                        row -> row.contains("--method ia3 --exclude query,key,intermediate.dense"));
        List<Long> sizes = new ArrayList<>();
        for (JsonElement row : line(run).getAsJsonArray("counts")) {
            sizes.add(row.getAsJsonObject().get("adapter_parameters").getAsLong());
        }
        assertThat(sizes).isNotEmpty().allMatch(size -> size <= 10_000 && size >= 3_000);
        // 38 blocks of 10 in 384 outputs, of which a layer has three, and 153 in 1536
        assertThat(line(run).getAsJsonArray("counts").get(0).getAsJsonObject().get("coverage"))
                .isEqualTo(new JsonPrimitive(10 * (3 * 38 + 153) / (3 * 384 + 1536.0)));
        Run lora = succeed("params", "--shape", "minilm", "--budget", 10_000, "--method", "lora");
        assertThat(line(lora).getAsJsonArray("counts")).hasSize(1);
        assertThat(Run.of("params", "--budget", 10, "--shape", "minilm").err())
                .anyMatch(row -> row.contains("minilm, compound: The budget of 10 is too small"));
        assertThat(Run.of("params", "--budget", 0).status()).isEqualTo(2);
        assertThat(Run.of("params", "--budget", 100, "--rank", 2).status()).isEqualTo(2);
    }

    @Test
    void takesAModelAsWell() {
        Run run =
                succeed(
                        "params",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--method=oft",
                        "--block-size=8",
                        "--targets=query");

        JsonObject row = line(run).getAsJsonArray("counts").get(0).getAsJsonObject();
        assertThat(row.get("base_parameters").getAsLong()).isEqualTo(26_656);
        // two layers, four blocks of 8
        assertThat(row.get("adapter_parameters").getAsLong()).isEqualTo(2 * 4 * 28);
    }

    @Test
    void whatDoesNotFitIsLeftOutAndSaid() {
        Run run = succeed("params", "--method=lora", "--targets=query");

        assertThat(names(run))
                .containsExactly("minilm", "bert-base", "dinov2-small", "dinov2-large", "vit-base");
        assertThat(run.err())
                .hasSize(3)
                .allMatch(line -> line.startsWith("left out: "))
                .anyMatch(line -> line.contains("llama-7b") && line.contains("q_proj"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--shape gpt-9 | 2 | There is no published shape 'gpt-9'; the shapes are minilm,",
                "--shape minilm --model m | 2 | Give either a model or shapes, not both",
                "--tokens 0 | 2 | The number of tokens must be at least 1, got 0",
                "--method lora --orders 1 | 2 | The method lora takes no --orders",
                "--method oft --block-size 100 --shape minilm | 1 | Blocks of size 100 do not"
                        + " divide",
                "--targets qeury --shape minilm | 1 | the nearest names that can be adapted are"
                        + " query",
                "--model nowhere | 1 | nowhere",
            })
    void wrongInputIsExplainedInOneLine(String options, int status, String expected) {
        Run run = Run.of((Object[]) ("params " + options).split(" "));

        assertThat(run.status()).isEqualTo(status);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).singleElement().asString().contains(expected);
    }

    static Stream<PublishedFigure> figures() {
        return PublishedFigure.all().stream();
    }

    @ParameterizedTest
    @MethodSource("figures")
    void aPublishedFigureComesOutAsItsReasonSays(PublishedFigure figure) {
        ParamsReport.Figure row = ParamsReport.Figure.of(figure);

        assertThat(figure.reason()).isNotBlank();
        assertThat(figure.source()).isNotBlank();
        if (figure.counted().isEmpty()) {
            assertThat(figure.options()).isEmpty();
            assertThat(figure.reason()).containsAnyOf("Not reconstructed", "Not a method");
        } else {
            assertThat(figure.fits(row.counted())).as("%,d", row.counted()).isTrue();
            assertThat(row.here()).isPositive();
            boolean same = figure.counted().equals(figure.options());
            assertThat(figure.reason().startsWith("The same")).isEqualTo(same);
            assertThat(figure.fits(row.here())).isEqualTo(same);
        }
    }

    @Test
    void aNumberFitsWhereItRoundsToThePrintedOne() {
        PublishedFigure figure = new PublishedFigure("", "", "", "0.03M", "", "", "", 0, "");
        assertThat(figure.fits(24_999)).isFalse();
        assertThat(figure.fits(25_000)).isTrue();
        assertThat(figure.fits(35_000)).isTrue();
        assertThat(figure.fits(35_001)).isFalse();
        PublishedFigure thousands = new PublishedFigure("", "", "", "33K", "", "", "", 0, "");
        assertThat(thousands.fits(33_217)).isTrue();
        assertThat(thousands.fits(33_700)).isFalse();
    }

    private static List<String> names(Run run) {
        return line(run).getAsJsonArray("counts").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(row -> row.get("model").getAsString())
                .toList();
    }

    private static JsonObject line(Run run) {
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }

    private static Run succeed(Object... args) {
        Run run = Run.of(args);
        assertThat(run.err()).noneMatch(line -> line.contains("--help"));
        assertThat(run.status()).isZero();
        return run;
    }
}
