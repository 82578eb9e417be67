/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.hub.OpenOptions;
import org.djladapters.model.AdaptedModel;
import picocli.CommandLine.Option;

/** What the program of a model may do, and which adapters it takes; commands open models by it. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class FileAccessOption {

    @Option(
            names = "--allow-file-access",
            description =
                    "Open a model even if its program can read and write files or runs"
                            + " code while it is loaded. Only for models from people you trust.")
    private boolean allowed;

    @Option(
            names = "--any-base",
            description =
                    "Load an adapter even if it was trained on a model of other weights, with a"
                            + " warning. Its results may mean nothing.")
    private boolean anyBase;

    boolean allowed() {
        return allowed;
    }

    /** Opens a model with the products that are the fastest; the caller closes it. */
    AdaptedModel open(Path folder) throws IOException {
        return open(folder, options().build());
    }

    /** Opens a model that computes products as given; the caller closes it. */
    AdaptedModel open(Path folder, ProductOptions products) throws IOException {
        return open(folder, products.options(options()));
    }

    /** Opens a model for training; the caller closes it. */
    AdaptedModel open(
            Path folder,
            ProductOptions products,
            DropoutOption dropout,
            CheckpointingOption checkpointing)
            throws IOException {
        NativeHeap.shareMemory();
        return open(folder, products.options(checkpointing.set(dropout.set(options()))));
    }

    /** Opens a model for timed training steps; the caller closes it. */
    AdaptedModel open(Path folder, ProductOptions products, CheckpointingOption checkpointing)
            throws IOException {
        return open(folder, products.options(checkpointing.set(options())));
    }

    private static AdaptedModel open(Path folder, OpenOptions options) throws IOException {
        AdaptedModel model = AdaptedModel.open(folder, options);
        NativeHeap.giveBackFreedMemory();
        JavaHeap.collectRegularly();
        return model;
    }

    private OpenOptions.Builder options() {
        return OpenOptions.builder().optAllowFileAccess(allowed).optAnyBase(anyBase);
    }
}
