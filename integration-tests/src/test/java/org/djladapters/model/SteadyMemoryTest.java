/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoopTranslator;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Switching and predicting for long leave a process as large as it was. */
@EnabledIf("hasProc")
class SteadyMemoryTest extends SteadyModel {

    @ParameterizedTest
    @ValueSource(strings = {"mkl", "onednn", BFLOAT16})
    void switches(String way) throws Exception {
        choose(way);
        assertSteady(ROUNDS, round -> model.activate(round % 2 == 0 ? "a" : "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mkl", "onednn", BFLOAT16})
    void predictions(String way) throws Exception {
        choose(way);
        model.activate("a");
        try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
            assertSteady(10 * ROUNDS, round -> predictor.predict(inputs).close());
        }
    }

    @Test
    void batchesWhoseRowsChooseAdapters() throws Exception {
        List<String> names = ofRows("a", "b", AdaptedModel.BASE);
        assertSteady(ROUNDS, round -> model.predict(inputs, names).close());
    }

    @Test
    void adaptersThatAreLoadedReplacedAndDeleted(@TempDir Path folder) throws Exception {
        AdapterDirectory.save(model, "a", folder.resolve("a"));
        AdapterDirectory.save(model, "b", folder.resolve("b"));
        List<String> names = ofRows("c", "b", "a");
        assertSteady(
                ROUNDS,
                round -> {
                    AdapterDirectory.load(model, "c", folder.resolve("a"));
                    model.predict(inputs, names).close();
                    AdapterDirectory.replace(model, "c", folder.resolve("b"));
                    model.predict(inputs, names).close();
                    model.delete("c");
                });
    }

    /** Each replacement is kept by what was opened for the adapter that was there before. */
    @Test
    void adaptersThatAreReplacedWhileTheyAreInUse(@TempDir Path folder) throws Exception {
        AdapterDirectory.save(model, "a", folder.resolve("a"));
        AdapterDirectory.save(model, "b", folder.resolve("b"));
        AdapterDirectory.load(model, "c", folder.resolve("a"));
        try (TaskModel<String, Classifications> follows =
                TaskModel.beside(model, String.class, Classifications.class, "c")) {
            assertSteady(
                    ROUNDS,
                    round -> {
                        try (TaskModel<NDList, NDList> keeps =
                                TaskModel.beside(model, NDList.class, NDList.class, "c")) {
                            String next = round % 2 == 0 ? "b" : "a";
                            AdapterDirectory.replace(model, "c", folder.resolve(next));
                            keeps.predict(inputs).close();
                            follows.predict("hi");
                        }
                    });
        }
    }
}
