/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.djladapters.data.ImageFolder;
import org.djladapters.data.LabelledData;
import org.djladapters.hub.ModelTower;
import org.djladapters.hub.OpenOptions;
import org.djladapters.model.AdaptedModel;
import picocli.CommandLine.Option;

/** Opens models, with the options that allow their programs file access and any adapter. */
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

    @Option(
            names = "--tower",
            paramLabel = "TOWER",
            description =
                    "Of a model of texts and images, such as CLIP, the tower to open: text or"
                            + " image. Default: the one that the data or the adapter need, else"
                            + " both.")
    private ModelTower tower;

    boolean allowed() {
        return allowed;
    }

    /** Returns the tower that is asked for. */
    Optional<ModelTower> tower() {
        return Optional.ofNullable(tower);
    }

    /** Options that change how a model is opened. */
    @FunctionalInterface
    interface Change {
        void addTo(OpenOptions.Builder options);

        /** Says what there is to say of a model that was opened with these options. */
        default void onOpened(AdaptedModel model) throws IOException {}
    }

    /** Opens a tower where a model has two, unless another one is asked for. */
    static Change tower(ModelTower tower) {
        return options -> options.optTower(tower);
    }

    /** Opens the tower for what data hold. */
    static Change towerOf(LabelledData data) {
        return tower(data instanceof ImageFolder ? ModelTower.IMAGE : ModelTower.TEXT);
    }

    /** Opens a model, with the options of changes; the caller closes it. */
    AdaptedModel open(Path folder, Change... changes) throws IOException {
        OpenOptions.Builder options =
                OpenOptions.builder().optAllowFileAccess(allowed).optAnyBase(anyBase);
        for (Change change : changes) {
            change.addTo(options);
        }
        Usage.ifGiven(tower, options::optTower);
        AdaptedModel model = AdaptedModel.open(folder, options.build());
        try {
            for (Change change : changes) {
                change.onOpened(model);
            }
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
        NativeHeap.giveBackFreedMemory();
        JavaHeap.collectRegularly();
        return model;
    }
}
