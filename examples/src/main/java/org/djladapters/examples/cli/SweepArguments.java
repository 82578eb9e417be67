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
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.ProgressListener;

/**
 * The arguments of a sweep in a form that can be sent to other processes.
 *
 * @param data the folder that paths of data are relative to
 * @param precision the type in which all runs compute, null for that of the file
 * @param matmul the way of computing products, null for the fastest one
 * @param cells the tasks and methods that are worked on
 * @param rates a file of recorded runs whose learning rates are used, null for none
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
        String precision,
        String matmul,
        SweepCells cells,
        String rates,
        long begun)
        implements Serializable {

    Path modelFolder() {
        return Path.of(model);
    }

    private SweepFile sweepFile() throws IOException {
        SweepFile read = SweepFile.read(Path.of(file));
        return precision == null ? read : read.in(Precision.of(precision));
    }

    /** Opens the model. */
    AdaptedModel openModel() throws IOException {
        OpenOptions.Builder options =
                OpenOptions.builder()
                        .optAllowFileAccess(allowFileAccess)
                        .optPrecision(sweepFile().precision());
        Usage.ifGiven(matmul, way -> options.optMatmul(Matmul.parse(way)));
        return AdaptedModel.open(modelFolder(), options.build());
    }

    /** Reads the files of the sweep. */
    Sweep open(ProgressListener listener) throws IOException {
        Sweep.Builder sweep =
                Sweep.builder()
                        .setFile(sweepFile())
                        .setData(Path.of(data))
                        .setModel(modelFolder())
                        .setOutput(Path.of(output))
                        .setParser(OptionLine::parse)
                        .optRetryFailed(retryFailed)
                        .optTest(test)
                        .optKeepAdapters(keepAdapters)
                        .optCells(cells)
                        .optListener(listener);
        Usage.ifGiven(rates, runs -> sweep.optRates(Path.of(runs)));
        return sweep.build();
    }
}
