/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.examples.docs.RecordedReport.LORA;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the pages say of other methods is what their recorded runs and costs give. */
class RivalsTest {

    private static final String PAGE = "examples/docs/evidence.md";

    private static final String TREC = "TREC-6";

    private static final List<String> FOUR_TASKS = List.of(TREC, "SST-2", "STS-B", "WNUT17");

    private static final String ABOUT_1000 = "9..|1,0..";
    private static final String ABOUT_5000 = "[45],...";

    @Test
    void theRivalsOfOneTaskAreThoseOfTheRuns(@TempDir Path folder) throws IOException {
        RecordedReport report =
                rivals(
                        folder,
                        RecordedRuns.ofTasks("tuned-500", folder, List.of(TREC)),
                        RecordedRuns.of("tuned-936"),
                        RecordedRuns.of("tuned-rivals"));

        assertThat(report.file())
                .hasSameTextualContentAs(RecordedReport.kept("tuned-rivals").file());
        List<String> shown = new ArrayList<>(List.of("Head only"));
        for (String budget : List.of("1,000", "5,000", "30,000")) {
            MarkdownTable page = rivalsOf("about " + budget);
            String compound = page.header().get(3).replace("less ", "");
            for (List<String> row : page.rows()) {
                String method = row.get(0);
                boolean isOther = !method.equals(compound);
                if (isOther) {
                    assertThat(report.nearest().cell(method, "compared with")).startsWith(compound);
                }
                assertThat(row)
                        .containsExactly(
                                method,
                                report.parameters(method),
                                report.score(method, TREC),
                                isOther ? report.differenceFromNearest(method) : "–",
                                report.difference(method));
                shown.add(method);
            }
        }
        for (List<String> row : rivalsOf("more").rows()) {
            String method = row.get(0);
            assertThat(row)
                    .containsExactly(
                            method,
                            report.parameters(method),
                            report.score(method, TREC),
                            method.equals(LORA) ? "–" : report.difference(method));
            shown.add(method);
        }
        assertThat(shown).containsExactlyInAnyOrderElementsOf(report.methods());
    }

    private static MarkdownTable rivalsOf(String size) throws IOException {
        return MarkdownTable.in(PAGE, "| TREC-6, test data; %s |".formatted(size));
    }

    @Test
    void whatTwoRivalsAreAheadOfCompoundIsThatOfTheRuns(@TempDir Path folder) throws IOException {
        RecordedReport report =
                rivals(
                        "Compound, 936",
                        folder,
                        RecordedRuns.ofTasks("tuned-rivals", folder, List.of(TREC)),
                        RecordedRuns.of("tuned-936"));

        assertThat(compared(report, ABOUT_1000, "interval"))
                .filteredOn(compared -> compared.endsWith("above 0"))
                .containsExactlyInAnyOrder("FourierFT, 1,008 above 0", "Uni-LoRA, 1,000 above 0");
        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "They are %s and %s from compound in one block"
                                .formatted(
                                        report.difference("FourierFT, 1,008"),
                                        report.difference("Uni-LoRA, 1,000")));
    }

    @Test
    void theRivalsThatAreBehindTheDefaultLayoutAreThoseOfTheRuns(@TempDir Path folder)
            throws IOException {
        RecordedReport report =
                rivals(
                        "Compound, 6,048",
                        folder,
                        RecordedRuns.ofTasks("tuned-500", folder, List.of(TREC)),
                        RecordedRuns.of("tuned-rivals"));

        assertThat(compared(report, ABOUT_5000, "interval"))
                .filteredOn(compared -> !compared.endsWith("undecided"))
                .containsExactly(
                        "Uni-LoRA, 5,000 below 0",
                        "TinyLoRA, 5,004 below 0",
                        "FourierFT, 5,004 below 0");
        assertThat(Markdown.onOneLine(PAGE))
                .contains("Uni-LoRA, TinyLoRA and FourierFT are behind compound with 6,048,");
    }

    @Test
    void theRivalsOfFourTasksAreThoseOfTheRuns(@TempDir Path folder) throws IOException {
        Path[] runs = {
            RecordedRuns.ofTasks("tuned-500", folder, FOUR_TASKS),
            RecordedRuns.of("tuned-rivals"),
            RecordedRuns.of("tuned-rivals-tasks")
        };
        String compound = "Compound, 4,704";
        RecordedReport report = rivals(compound, folder, runs);
        MarkdownTable page = MarkdownTable.in(PAGE, "| test data; rivals |");

        assertThat(page.header().subList(2, 6)).hasSameElementsAs(report.tasks());
        assertThat(page.column(0)).containsExactlyInAnyOrderElementsOf(methodsOnAllTasks(report));
        for (List<String> row : page.rows()) {
            String method = row.get(0);
            List<String> cells = new ArrayList<>(List.of(method, report.parameters(method)));
            for (String task : page.header().subList(2, 6)) {
                cells.add(report.score(method, task));
            }
            cells.add(report.mean(method));
            boolean isOther = !method.equals(compound);
            cells.add(isOther ? report.difference(method) : "–");
            cells.add(isOther ? report.differenceOverMany(method) : "–");
            assertThat(row).containsExactlyElementsOf(cells);
        }
        assertThat(compared(report, ABOUT_5000, "task by task"))
                .containsExactlyInAnyOrder(
                        "LoRA, rank 1, values below 0 on WNUT17",
                        "LoRA-XS, rank 12 below 0 on WNUT17",
                        "C3A, values and attention's output none is decided",
                        "RoAd, values and attention's output below 0 on STS-B and WNUT17",
                        "IA3, values and attention's output below 0 on STS-B and WNUT17",
                        "BEFT, values and attention's output below 0 on WNUT17",
                        "Compound, 4,896, shared none is decided",
                        "PSOFT, rank 15 below 0 on WNUT17",
                        "TinyLoRA, 5,004 below 0 on SST-2 and WNUT17",
                        "VB-LoRA, 5,248 below 0 on STS-B",
                        "Uni-LoRA, 5,000 none is decided",
                        "FourierFT, 5,004 none is decided");
    }

    @Test
    void theRivalsThatAreNotToldApartFromLoraWithItsLowerRateAreThoseOfTheRuns(@TempDir Path folder)
            throws IOException {
        RecordedReport report =
                rivals(
                        folder.resolve("report"),
                        RecordedRuns.ofTasks("tuned-500", folder.resolve("planned"), FOUR_TASKS),
                        RecordedRuns.ofTasks(
                                "tuned-lower", folder.resolve("lower"), List.of("WNUT17")),
                        RecordedRuns.of("tuned-rivals"),
                        RecordedRuns.of("tuned-rivals-tasks"));

        assertThat(methodsOnAllTasks(report))
                .filteredOn(method -> !method.equals(LORA))
                .filteredOn(method -> report.here().cell(method, "interval").equals("undecided"))
                .containsExactlyInAnyOrder(
                        "Compound, 4,704",
                        "Compound, 6,048",
                        "Compound, 4,896, shared",
                        "Uni-LoRA, 5,000",
                        "C3A, values and attention's output");
        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "With its lower rate it has %s: compound with 4,704, %s,"
                                .formatted(report.mean(LORA), report.difference("Compound, 4,704")),
                        "its mean is %s, compound less LoRA %s, and the share"
                                .formatted(
                                        report.mean(LORA), report.difference("Compound, 6,048")));
    }

    /** The other methods of a size that have all tasks, each with a cell of its comparison. */
    private static List<String> compared(RecordedReport report, String size, String column) {
        MarkdownTable here = report.here();
        return methodsOnAllTasks(report).stream()
                .filter(method -> report.parameters(method).matches(size))
                .filter(here.column(0)::contains)
                .map(method -> method + " " + here.cell(method, column))
                .toList();
    }

    private static List<String> methodsOnAllTasks(RecordedReport report) {
        return report.methods().stream()
                .filter(method -> !report.mean(method).equals("–"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "BEFT, values and attention's output; 'BEFT is behind there, %s'",
                "LoRA, rank 1, values; 'LoRA of rank 1, %s'",
                "LoRA-XS, rank 12; 'LoRA-XS, %s'",
                "PSOFT, rank 15; 'PSOFT, %s'",
                "IA3, values and attention's output; 'IA3, %s'",
                "RoAd, values and attention's output; 'RoAd, %s'",
                "TinyLoRA, 5,004; 'and TinyLoRA, %s'"
            })
    void theRivalsOnEntitiesAreBehindByAsMuchAsThePageSays(
            String method, String sentence, @TempDir Path folder) throws IOException {
        RecordedReport report =
                rivals(
                        "Compound, 4,704",
                        folder,
                        RecordedRuns.ofTasks("tuned-rivals-tasks", folder, List.of("WNUT17")));

        assertThat(report.here().cell(method, "task by task")).startsWith("below 0");
        assertThat(Markdown.onOneLine(PAGE))
                .contains(sentence.formatted(report.difference(method)));
    }

    @Test
    void theSearchWithAllWeightsIsThatOfTheRuns(@TempDir Path folder) throws IOException {
        List<String> suites =
                List.of("tuned-500", "tuned-lower", "tuned-order-1", "tuned-rivals-debian");
        Path[] runs = RecordedRuns.ofTask("Debian", suites, folder).toArray(Path[]::new);
        String all = "All weights";
        RecordedReport toLora = rivals(folder.resolve("to-lora"), runs);
        RecordedReport toAll = rivals(all, folder.resolve("to-all"), runs);
        MarkdownTable page = MarkdownTable.in(PAGE, "| test data; Debian |");

        assertThat(page.column(0)).containsExactlyInAnyOrderElementsOf(toLora.methods());
        for (List<String> row : page.rows()) {
            String method = row.get(0);
            assertThat(row)
                    .containsExactly(
                            method,
                            toLora.parameters(method),
                            toLora.score(method, "Debian"),
                            method.equals(LORA) ? "–" : toLora.difference(method),
                            method.equals(all) ? "–" : toAll.difference(method));
        }
        assertThat(toAll.here().rows())
                .filteredOn(row -> !row.get(row.size() - 1).equals("none is decided"))
                .map(row -> row.get(0))
                .containsExactly("Head only", "Compound, 6,048");
    }

    private static RecordedReport rivals(Path folder, Path... runs) throws IOException {
        return rivals(LORA, folder, runs);
    }

    private static RecordedReport rivals(String reference, Path folder, Path... runs)
            throws IOException {
        return RecordedReport.made("tuned-rivals", List.of(runs), folder, "--reference", reference);
    }

    @Test
    void theCostsOfMethodsAreThoseThatWereMeasured() throws IOException {
        MarkdownTable page =
                MarkdownTable.in("examples/docs/performance.md", "| method | parameters | step, ×");
        List<String> lines = Files.readAllLines(RecordedRuns.FOLDER.resolve("costs.jsonl"));

        assertThat(page.rows())
                .containsExactlyInAnyOrderElementsOf(
                        lines.stream().map(RivalsTest::costs).toList());
    }

    /** The row of a line of {@code bench}: parameters, step, memory, and the size of the file. */
    private static List<String> costs(String line) {
        JsonObject costs = JsonParser.parseString(line).getAsJsonObject();
        return List.of(
                costs.get("name").getAsString(),
                format("%,d", costs.get("trainable_parameters").getAsLong()),
                format("%.2f", costs.get("step_ratio").getAsDouble()),
                format("%.0f", costs.get("peak_rss_mib").getAsDouble()),
                format("%,.0f", costs.get("adapter_file_bytes").getAsLong() / 1e3));
    }

    private static String format(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
