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
import org.djladapters.examples.report.SearchGain;
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
                    "Embeddings: page of HTML to write about the search without and with the"
                            + " adapter: metrics, recall over k, and what each question that was"
                            + " lost or won found. Default: none.")
    private Path file;

    boolean isGiven() {
        return file != null;
    }

    /** Refuses a place where the page can't be written, before long work for it. */
    void check() throws IOException {
        if (isGiven()) {
            AtomicFiles.requirePlace(file);
        }
    }

    /** Refuses, before a training, another task or a place where the page can't be written. */
    void check(Optional<TaskKind> task) throws IOException {
        if (isGiven() && !task.equals(Optional.of(TaskKind.EMBEDDING))) {
            throw Usage.wrong(
                    command,
                    "--search-report is for embeddings; leave it out, or add --task embedding");
        }
        check();
    }

    /** Refuses data that are not measured by a search. */
    void check(LabelledData dev) {
        if (isGiven() && RetrievalData.search(dev).isEmpty()) {
            throw Usage.wrong(
                    command,
                    ("--search-report is about a search, but '%s' is not measured by one, as it has"
                         + " labels or negatives; leave it out, or give pairs without them")
                            .formatted(dev.source()));
        }
    }

    /** Writes the page if it is asked for, and names it in a line of JSON. */
    void write(FineTuningResult result, ResultLine line, ProgressListener listener)
            throws IOException {
        if (!isGiven()) {
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

    /** Writes the page of an evaluation, and names it in a line of JSON. */
    void write(SearchGain gain, String metric, String adapter, ResultLine line) throws IOException {
        SearchPage.write(gain, metric, adapter, file);
        line.text("search_report", file.toString());
    }
}
