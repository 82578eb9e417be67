/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a page says of compound in blocks of 4 is what its recorded runs give. */
class SmallBlocksTest {

    private static final String PAGE = "examples/docs/evidence.md";

    /** Suites with the runs of both layouts, their names, and the table of the page. */
    private enum Model {
        TEXTS(
                "tuned-500 tuned-xquad tuned-lower tuned-rivals tuned-answers tuned-order-1",
                "Compound, 6,048",
                "Compound, order 1, 31,104",
                "| test data; small blocks on texts |"),
        IMAGES(
                "tuned-images tuned-images-order-1",
                "Compound, 12,096",
                "Compound, order 1, 62,208",
                "| test data; small blocks on images |");

        private final String suites;
        private final String large;
        private final String small;
        private final String table;

        Model(String suites, String large, String small, String table) {
            this.suites = suites;
            this.large = large;
            this.small = small;
            this.table = table;
        }

        List<String> names() {
            return List.of(suites.split(" "));
        }

        MarkdownTable page() throws IOException {
            return MarkdownTable.in(PAGE, table);
        }

        RecordedReport report(Path folder, String... options) throws IOException {
            return RecordedReport.made(suites, folder, options);
        }

        RecordedReport reportOf(String task, Path folder, String... options) throws IOException {
            List<Path> runs = new ArrayList<>();
            for (String suite : names()) {
                Path lines = RecordedRuns.ofTasks(suite, folder.resolve(suite), List.of(task));
                if (Files.size(lines) > 0) {
                    runs.add(lines);
                }
            }
            return RecordedReport.made(names().get(0), runs, folder, options);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theirScoresAreThoseOfTheRuns(Model model, @TempDir Path folder) throws IOException {
        List<String> tasks = RecordedReport.kept(model.names().get(0)).tasks();
        MarkdownTable page = model.page();

        assertThat(page.column(0).subList(0, tasks.size())).hasSameElementsAs(tasks);
        for (String task : tasks) {
            RecordedReport toLora = model.reportOf(task, folder.resolve(task));
            RecordedReport toLarge =
                    model.reportOf(
                            task, folder.resolve(task + "-large"), "--reference", model.large);
            assertThat(page.row(task))
                    .containsExactly(
                            task,
                            toLora.score(model.large, task),
                            toLora.score(model.small, task),
                            toLarge.difference(model.small),
                            toLora.difference(model.small));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theirMeansAreThoseOfTheRuns(Model model, @TempDir Path folder) throws IOException {
        MarkdownTable page = model.page();
        RecordedReport toLora = model.report(folder.resolve("lora"));
        RecordedReport toLarge = model.report(folder.resolve("large"), "--reference", model.large);

        assertThat(page.row("mean"))
                .containsExactly(
                        "mean",
                        toLora.mean(model.large),
                        toLora.mean(model.small),
                        toLarge.difference(model.small),
                        toLora.difference(model.small));
        assertThat(page.row("mean over many").subList(3, 5))
                .containsExactly(
                        toLarge.differenceOverMany(model.small),
                        toLora.differenceOverMany(model.small));
        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "%s of what LoRA gains"
                                .formatted(toLora.here().cell(model.small, "share of its gain")));
    }

    @Test
    void theyAreAheadOfTheHeadOnEachTaskOfImages(@TempDir Path folder) throws IOException {
        RecordedReport report = Model.IMAGES.report(folder, "--reference", "Head only");

        assertThat(report.here().cell(Model.IMAGES.small, "task by task"))
                .isEqualTo("above 0 on Textures, Caltech-101, Orientation, CIFAR-10 and Fingers");
    }
}
