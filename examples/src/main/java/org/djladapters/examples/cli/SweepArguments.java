/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import org.djladapters.examples.sweep.Sweep;
import org.djladapters.examples.sweep.SweepCells;
import org.djladapters.examples.sweep.SweepFile;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.ProgressListener;

/**
 * The arguments of a sweep in a form that can be sent to other processes.
 *
 * @param data the folder that paths of data are relative to
 * @param matmul the way of computing products, null for the fastest one
 * @param cells the tasks and methods that are worked on
 * @param trials a file of trials that were made before, null for none
 * @param begun the time of the command, in milliseconds since 1970
 */
record SweepArguments(
        String file,
        String data,
        String model,
        String output,
        boolean retryFailed,
        boolean test,
        boolean keepAdapters,
        boolean allowFileAccess,
        String matmul,
        SweepCells cells,
        String trials,
        long begun)
        implements Serializable {

    Path modelFolder() {
        return Path.of(model);
    }

    /** Opens the model. */
    AdaptedModel openModel() throws IOException {
        OpenOptions.Builder options =
                OpenOptions.builder()
                        .optAllowFileAccess(allowFileAccess)
                        .optPrecision(SweepFile.read(Path.of(file)).precision());
        Usage.ifGiven(matmul, way -> options.optMatmul(Matmul.parse(way)));
        return AdaptedModel.open(modelFolder(), options.build());
    }

    /** Reads the files of the sweep. */
    Sweep open(ProgressListener listener) throws IOException {
        Sweep.Builder sweep =
                Sweep.builder()
                        .setFile(SweepFile.read(Path.of(file)))
                        .setData(Path.of(data))
                        .setModel(modelFolder())
                        .setOutput(Path.of(output))
                        .setParser(OptionLine::parse)
                        .optRetryFailed(retryFailed)
                        .optTest(test)
                        .optKeepAdapters(keepAdapters)
                        .optCells(cells)
                        .optListener(listener);
        Usage.ifGiven(trials, made -> sweep.optTrials(Path.of(made)));
        return sweep.build();
    }
}
