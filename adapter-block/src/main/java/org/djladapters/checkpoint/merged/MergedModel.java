/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.TorchArchive;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.program.ModelProgram;
import org.djladapters.kernel.PyTorch;
import org.djladapters.matmul.MergedProgram;

/**
 * Writes models with merged adapters as plain DJL models: directories that {@code Criteria} opens
 * without this library. Everything but the adapted weights, the calls of linear layers and the
 * order of elements in their weights is a copy of the original.
 *
 * <p>It knows nothing of tasks: {@code TaskModel} is what exports a model with the names of its
 * classes and all that DJL's translators have to be told.
 */
public final class MergedModel {

    private MergedModel() {}

    /**
     * Exports a model with adapters merged to a directory that does not exist yet or is empty, with
     * products of linear layers and with entries of {@code serving.properties} instead of the
     * original's; an empty entry removes the original's. Nothing is left behind if that fails.
     */
    public static void export(
            Export export, Path directory, Map<String, String> serving, LinearProducts products)
            throws IOException {
        ModelDirectory original = export.original();
        MergedAdapters adapters = new MergedAdapters(export);
        adapters.headed().ifPresent(MergedModel::requireOneText);
        Optional<List<String>> labels = adapters.labels();
        try (ModelProgram whole = original.wholeProgram(products.type());
                NDManager scope = PyTorch.newManager()) {
            TorchArchive archive = whole.archive();
            ArchiveEditor editor = archive.edit();
            MergedAdapters.Weights read = adapters.weights(scope);
            Map<String, NDArray> changed = new LinkedHashMap<>(read.merged());
            ArchiveWeights weights = new ArchiveWeights(archive, editor);
            ProgramChanges program = new ProgramChanges(archive);
            products.program().ifPresent(functions -> program.speedUp(functions, products.rows()));
            if (products.program().equals(Optional.of(MergedProgram.ONEDNN))) {
                changed.keySet().removeAll(weights.layByColumns(export.model(), changed));
            }
            weights.replace(changed, scope).forEach(program::untie);
            program.putInto(editor);
            if (adapters.head().isPresent()) {
                new HeadProgram(archive).putInto(editor, adapters.head().get(), read.head(), scope);
            }
            String archiveFile = original.name() + ".pt";
            export.write(
                    directory,
                    archiveFile,
                    folder -> {
                        editor.write(folder.resolve(archiveFile));
                        ModelDescription.write(original, adapters, labels, folder);
                        ModelDescription.writeServing(original, folder, serving);
                    });
        }
    }

    /** Refuses a head on two texts, which neither the program nor DJL's translators have. */
    private static void requireOneText(Adapter headed) {
        if (headed.headConfig().orElseThrow().pairs() == HeadConfig.PairEncoding.BI) {
            throw new IllegalArgumentException(
                    ("Adapter '%s' compares two texts that go through the model one by one, which"
                         + " DJL's translators don't do; predict with the adapter without merging"
                         + " it, or train it with the pair encoding cross")
                            .formatted(headed.name()));
        }
    }
}
