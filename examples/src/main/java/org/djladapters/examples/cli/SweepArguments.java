/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import org.djladapters.examples.sweep.Sweep;
import org.djladapters.examples.sweep.SweepFile;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.ProgressListener;

/**
 * What a sweep is given on the command line, in a form that goes to other processes.
 *
 * @param file what is to be done
 * @param data the folder where paths of data begin
 * @param model the folder of the model
 * @param output the folder of the results
 * @param retryFailed whether runs that failed are done again
 * @param test whether test data are opened
 * @param keepAdapters whether adapters are kept
 * @param allowFileAccess whether the model's program may touch files
 * @param matmul how products are computed, null for the fastest way
 * @param begun when the command was given, in milliseconds since 1970
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
        long begun)
        implements Serializable {

    Path modelFolder() {
        return Path.of(model);
    }

    /** Opens the model; the caller closes it. */
    AdaptedModel openModel() throws IOException {
        Precision precision = SweepFile.read(Path.of(file)).precision();
        return AdaptedModel.open(
                modelFolder(),
                OpenOptions.builder()
                        .optAllowFileAccess(allowFileAccess)
                        .optMatmul(products(precision))
                        .build());
    }

    /**
     * Rounded products are computed by oneDNN in every process: what a trial of speed finds there
     * must not decide what a result means.
     */
    private Matmul products(Precision precision) {
        if (matmul == null && precision == Precision.FLOAT32) {
            return null;
        }
        return Matmul.parse(matmul == null ? "onednn" : matmul).withPrecision(precision);
    }

    /** Reads all that the sweep needs. */
    Sweep open(ProgressListener listener) throws IOException {
        return Sweep.builder()
                .setFile(SweepFile.read(Path.of(file)))
                .setData(Path.of(data))
                .setModel(modelFolder())
                .setOutput(Path.of(output))
                .setParser(OptionLine::parse)
                .optRetryFailed(retryFailed)
                .optTest(test)
                .optKeepAdapters(keepAdapters)
                .optListener(listener)
                .build();
    }
}
