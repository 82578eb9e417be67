/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a page says of compound in blocks of 4 is what its recorded runs give. */
class SmallBlocksTest {

    private static final String PAGE = "examples/docs/evidence.md";

    private static final Comparison TEXTS =
            new Comparison(
                    RecordedRuns.SMALL_BLOCKS_ON_TEXTS + " tuned-lower",
                    "Compound, 6,048",
                    "Compound, order 1, 31,104",
                    "| test data; small blocks on texts |");

    private static final Comparison BGE =
            new Comparison(
                    RecordedRuns.SMALL_BLOCKS_ON_BGE,
                    "Compound, 12,096",
                    "Compound, order 1, 62,208",
                    "| test data; small blocks on bge-small |");

    private static final Comparison IMAGES =
            new Comparison(
                    RecordedRuns.SMALL_BLOCKS_ON_IMAGES,
                    "Compound, 12,096",
                    "Compound, order 1, 62,208",
                    "| test data; small blocks on images |");

    /** Suites with the runs of both layouts, the names of these, and the table of the page. */
    private record Comparison(String suites, String large, String small, String table) {}

    static Stream<Comparison> comparisons() {
        return Stream.of(TEXTS, BGE, IMAGES);
    }

    @ParameterizedTest
    @MethodSource("comparisons")
    void theirScoresAreThoseOfTheRuns(Comparison blocks, @TempDir Path folder) throws IOException {
        List<String> tasks = RecordedReport.kept(blocks.suites).tasks();
        MarkdownTable page = MarkdownTable.in(PAGE, blocks.table);

        assertThat(page.column(0).subList(0, tasks.size())).hasSameElementsAs(tasks);
        for (String task : tasks) {
            RecordedReport toLora =
                    RecordedReport.ofTask(task, blocks.suites, folder.resolve(task + "-lora"));
            RecordedReport toLarge =
                    RecordedReport.ofTask(
                            task,
                            blocks.suites,
                            folder.resolve(task + "-large"),
                            "--reference",
                            blocks.large);
            assertThat(page.row(task))
                    .containsExactly(
                            task,
                            toLora.score(blocks.large, task),
                            toLora.score(blocks.small, task),
                            toLarge.difference(blocks.small),
                            toLora.difference(blocks.small));
        }
    }

    @ParameterizedTest
    @MethodSource("comparisons")
    void theirMeansAreThoseOfTheRuns(Comparison blocks, @TempDir Path folder) throws IOException {
        MarkdownTable page = MarkdownTable.in(PAGE, blocks.table);
        RecordedReport toLora = RecordedReport.made(blocks.suites, folder.resolve("lora"));
        RecordedReport toLarge =
                RecordedReport.made(
                        blocks.suites, folder.resolve("large"), "--reference", blocks.large);

        assertThat(page.row("mean"))
                .containsExactly(
                        "mean",
                        toLora.mean(blocks.large),
                        toLora.mean(blocks.small),
                        toLarge.difference(blocks.small),
                        toLora.difference(blocks.small));
        assertThat(page.row("mean over many").subList(3, 5))
                .containsExactly(
                        toLarge.differenceOverMany(blocks.small),
                        toLora.differenceOverMany(blocks.small));
        assertThat(Markdown.onOneLine(PAGE))
                .containsIgnoringCase(
                        "it gains %s of what LoRA gains"
                                .formatted(toLora.here().cell(blocks.small, "share of its gain")));
    }

    @Test
    void withoutOneOfTheTasksTheMeansOfTextsAreThoseOfTheRuns(@TempDir Path folder)
            throws IOException {
        RecordedReport toLora = RecordedReport.made(TEXTS.suites, folder.resolve("lora"));
        RecordedReport toLarge =
                RecordedReport.made(
                        TEXTS.suites, folder.resolve("large"), "--reference", TEXTS.large);

        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "Without one of the tasks the mean difference is %s to LoRA, %s to 6,048"
                                .formatted(withoutOne(toLora), withoutOne(toLarge)));
    }

    private static String withoutOne(RecordedReport report) {
        return RecordedReport.asOnPages(
                report.overMany().cell(TEXTS.small, "difference without one of the tasks"));
    }

    @Test
    void theVerdictOfBgeStaysWithoutThreeOfItsTasksAlone(@TempDir Path folder) throws IOException {
        List<String> suites = List.of(BGE.suites.split(" "));
        List<String> tasks = RecordedReport.kept(BGE.suites).tasks();
        List<String> stays = new ArrayList<>();
        for (String task : tasks) {
            List<Path> others = new ArrayList<>();
            for (String suite : suites) {
                others.add(
                        RecordedRuns.ofTasks(
                                suite,
                                folder.resolve(task).resolve(suite),
                                tasks.stream().filter(other -> !other.equals(task)).toList()));
            }
            RecordedReport report =
                    RecordedReport.made(suites.get(0), others, folder.resolve(task + "-report"));
            if (report.overMany().cell(BGE.small, "at most 1 % less").equals("yes")) {
                stays.add(task);
            }
        }

        assertThat(stays).containsExactlyInAnyOrder("TREC-6", "SST-2", "Subj");
        assertThat(Markdown.onOneLine(PAGE))
                .contains("Without TREC-6, SST-2 or Subj that verdict stays; without any one of");
    }

    @Test
    void theyAreAheadOfTheHeadOnEachTaskOfImages(@TempDir Path folder) throws IOException {
        RecordedReport report =
                RecordedReport.made(IMAGES.suites, folder, "--reference", "Head only");

        assertThat(report.here().cell(IMAGES.small, "task by task"))
                .isEqualTo("above 0 on Textures, Caltech-101, Orientation, CIFAR-10 and Fingers");
    }
}
