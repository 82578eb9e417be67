/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.djladapters.data.LabelledData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.report.SearchPage;
import org.djladapters.io.AtomicFiles;
import org.djladapters.tuning.FineTuningResult;
import org.djladapters.tuning.ProgressListener;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that names a page about the search before and after training. */
@OptionGroup.In(OptionGroup.OUTPUT)
final class SearchPageOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--search-report",
            paramLabel = "FILE",
            description =
                    "Embeddings: page of HTML to write about the search in the dev data before and"
                            + " after: metrics, recall over k, and what each question that was lost"
                            + " or won found. Default: none.")
    private Path file;

    /** Refuses, before the training, another task or a place where the page can't be written. */
    void check(Optional<TaskKind> task) throws IOException {
        if (file == null) {
            return;
        }
        if (!task.equals(Optional.of(TaskKind.EMBEDDING))) {
            throw Usage.wrong(
                    command,
                    "--search-report is for embeddings; leave it out, or add --task embedding");
        }
        AtomicFiles.requirePlace(file);
    }

    /** Refuses data that are not measured by a search. */
    void check(LabelledData dev) {
        if (file != null && RetrievalData.search(dev).isEmpty()) {
            throw Usage.wrong(
                    command,
                    ("--search-report is about a search, but '%s' has scores or negatives; leave it"
                                    + " out, or give --dev pairs without them")
                            .formatted(dev.source()));
        }
    }

    /** Writes the page if it is asked for, and names it in a line of JSON. */
    void write(FineTuningResult result, ResultLine line, ProgressListener listener)
            throws IOException {
        if (file == null) {
            return;
        }
        if (!SearchPage.canShow(result)) {
            listener.onWarning(
                    "An earlier version began this run and kept too little for a report of its"
                        + " search, so none was written; train again with --no-resume to get one");
            return;
        }
        SearchPage.write(result, file);
        line.text("search_report", file.toString());
    }
}
