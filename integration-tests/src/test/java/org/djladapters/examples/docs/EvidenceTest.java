/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.djladapters.examples.cli.Run;
import org.djladapters.examples.sweep.RunResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages say of the tuned comparison is what its recorded runs and costs give. */
class EvidenceTest {

    private static final Path RECORDED = Markdown.ROOT.resolve("examples/evidence");
    private static final String REPORT = "examples/evidence/tuned-500/report/report.md";
    private static final String PAGE = "examples/docs/evidence.md";

    @Test
    void theRecordedReportIsMadeFromTheRecordedRuns(@TempDir Path folder) {
        Run run =
                Run.of(
                        "report",
                        "--input",
                        RECORDED.resolve("tuned-500/runs.jsonl")
                                + ","
                                + RECORDED.resolve("tuned-both/runs.jsonl"),
                        "--sweep",
                        RECORDED.resolve("tuned-500.json"),
                        "--all-tasks",
                        "--output",
                        folder.resolve("report"));

        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(folder.resolve("report/report.md"))
                .hasSameTextualContentAs(Markdown.ROOT.resolve(REPORT));
    }

    @Test
    void thePageHasTheScoresOfTheReport() throws IOException {
        Table page = Table.of(PAGE, "| test data |");
        Table report = Table.of(REPORT, "| method | parameters | seeds | TREC-6");

        for (List<String> method : report.rows()) {
            String name = method.get(0);
            assertThat(page.cell("mean", name)).isEqualTo(mean(report, name));
            for (String task : tasks(report)) {
                assertThat(page.cell(taskOf(task), name))
                        .as(task)
                        .isEqualTo(report.cell(name, task));
            }
        }
    }

    @Test
    void theSharesOfThePageAndOfTheReadmeAreThoseOfTheReport() throws IOException {
        Table near = Table.of(REPORT, "| method | parameters | than the reference");
        Table others = Table.of(REPORT, "| method | parameters | mean difference");
        Table scores = Table.of(REPORT, "| method | parameters | seeds | TREC-6");
        Table readme = Table.of("README.md", "| method | parameters | mean score |");

        assertThat(Markdown.text(PAGE).replaceAll("\\s+", " "))
                .contains("have " + near.cell("Compound, 6,048", "share of its score"));
        for (List<String> row : readme.rows()) {
            String name = scores.row(row.get(1), 1).get(0);
            assertThat(row.get(2)).isEqualTo(mean(scores, name));
            if (!name.startsWith("LoRA")) { // what the others are compared with
                assertThat(row.get(3)).startsWith(others.cell(name, "share of the mean score"));
            }
        }
    }

    @Test
    void thePageHasTheScoresOfTheSecondBaseModel() throws IOException {
        Table page = Table.of(PAGE, "| task | head only | compound, 12,096 |");
        List<RunResult> runs = RunResult.lines(RECORDED.resolve("tuned-bge/runs.jsonl")).read();

        for (String method : List.of("Head only", "Compound, 12,096", "LoRA, rank 8")) {
            for (List<String> row : page.rows()) {
                String task = taskOf(row.get(0));
                assertThat(page.cell(task, method))
                        .as("%s, %s", task, method)
                        .isEqualTo(scores(runs, task, method));
            }
        }
    }

    @Test
    void theCostsOfMethodsAreThoseThatWereMeasured() throws IOException {
        Table page = Table.of("examples/docs/performance.md", "| method | parameters | step, ×");
        List<String> lines = Files.readAllLines(RECORDED.resolve("costs.jsonl"));

        assertThat(page.rows())
                .containsExactlyInAnyOrderElementsOf(
                        lines.stream().map(EvidenceTest::costs).toList());
    }

    private static String mean(Table report, String method) {
        return "%s (%s)"
                .formatted(report.cell(method, "mean"), report.cell(method, "95 % interval"));
    }

    /** The columns of the tasks are those between the seeds and the mean. */
    private static List<String> tasks(Table report) {
        return report.header().subList(3, report.header().size() - 2);
    }

    /** The task of a cell such as {@code WNUT17, f1}. */
    private static String taskOf(String cell) {
        return cell.replaceFirst(",.*", "");
    }

    /** The mean over seeds, and the score of each, × 100. */
    private static String scores(List<RunResult> runs, String task, String method) {
        List<Double> values =
                runs.stream()
                        .filter(run -> run.key().task().equals(task))
                        .filter(run -> run.key().method().equals(method))
                        .sorted(Comparator.comparingLong(run -> run.key().seed()))
                        .map(run -> 100 * run.testMetrics().get(run.metric()))
                        .toList();
        return values.isEmpty()
                ? ""
                : "%s (%s)"
                        .formatted(
                                text(values.stream().mapToDouble(v -> v).average().orElseThrow()),
                                values.stream()
                                        .map(EvidenceTest::text)
                                        .collect(Collectors.joining(", ")));
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

    private static String text(double value) {
        return format("%.1f", value);
    }

    private static String format(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }

    /** A table of a Markdown file, whose cells are found by the beginnings of row and column. */
    private record Table(List<String> header, List<List<String>> rows) {

        /** Returns the table whose header begins with some text. */
        static Table of(String document, String beginning) throws IOException {
            List<List<String>> lines =
                    Markdown.text(document)
                            .lines()
                            .dropWhile(line -> !line.startsWith(beginning))
                            .takeWhile(line -> line.startsWith("|"))
                            .map(Table::cells)
                            .toList();
            assertThat(lines).as("table '%s' of %s", beginning, document).hasSizeGreaterThan(2);
            return new Table(lines.get(0), lines.subList(2, lines.size()));
        }

        private static List<String> cells(String line) {
            List<String> parts = List.of(line.split("\\|", -1));
            return parts.subList(1, parts.size() - 1).stream().map(String::strip).toList();
        }

        String cell(String row, String column) {
            return row(row, 0).get(place(header, column));
        }

        List<String> row(String beginning, int column) {
            return rows.get(place(rows.stream().map(row -> row.get(column)).toList(), beginning));
        }

        private static int place(List<String> texts, String beginning) {
            for (int i = 0; i < texts.size(); i++) {
                if (texts.get(i).regionMatches(true, 0, beginning, 0, beginning.length())) {
                    return i;
                }
            }
            throw new AssertionError("nothing begins with '" + beginning + "' in " + texts);
        }
    }
}
