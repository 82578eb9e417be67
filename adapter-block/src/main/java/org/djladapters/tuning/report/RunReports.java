/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning.report;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.Failures;
import org.djladapters.io.Internal;

/**
 * All reports of a run, in a folder beside its output. A report that can't be written any more is
 * left with a warning, and the training goes on.
 */
@Internal
public final class RunReports implements Closeable {

    private final Path folder;
    private final List<RunReport> reports = new ArrayList<>();
    private final Consumer<String> warnings;

    private RunReports(Path folder, Consumer<String> warnings) {
        this.folder = folder;
        this.warnings = warnings;
    }

    /** Returns the folder of the reports of a run with this output. */
    public static Path folder(Path output) throws IOException {
        Path place = AtomicFiles.followed(output);
        return place.resolveSibling(place.getFileName() + ".report");
    }

    /**
     * Begins the reports of a run, or goes on with them.
     *
     * @param output the output of the run
     * @param steps the number of updates that were done before
     * @param warnings gets a sentence when a report can't be written any more
     * @throws IOException if the folder can't be written to
     */
    public static RunReports open(
            Path output, List<ReportKind> kinds, int steps, Consumer<String> warnings)
            throws IOException {
        Path folder = folder(output);
        RunReports opened = new RunReports(folder, warnings);
        Set<ReportKind> each = new TreeSet<>(kinds);
        try {
            if (!each.isEmpty()) {
                Files.createDirectories(folder);
            }
            for (ReportKind kind : each) {
                opened.reports.add(kind.open(folder, steps));
            }
        } catch (IOException e) {
            opened.close();
            throw new IOException(
                    ("The report of the run can't be written to '%s' (%s); make it writable, or"
                                    + " leave the report out")
                            .formatted(folder, Failures.reason(e)),
                    e);
        }
        return opened;
    }

    /** Reports an update. */
    public void step(StepReport step) {
        write(report -> report.step(step));
    }

    /**
     * Reports an evaluation.
     *
     * @param step the number of updates before it
     * @param epoch the passes over the data that are done, such as 1.5
     */
    public void evaluation(int step, double epoch, Map<String, Double> metrics) {
        write(report -> report.evaluation(step, epoch, metrics));
    }

    @Override
    public void close() {
        write(RunReport::close);
    }

    private interface Writing {
        void to(RunReport report) throws IOException;
    }

    private void write(Writing writing) {
        for (RunReport report : List.copyOf(reports)) {
            try {
                writing.to(report);
            } catch (IOException e) {
                reports.remove(report);
                warnings.accept(
                        "The report in '%s' ends here, since it can't be written (%s)"
                                .formatted(folder, Failures.reason(e)));
            }
        }
    }
}
