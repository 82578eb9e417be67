/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.djladapters.adapter.Adapter;
import org.djladapters.model.pass.Predictions;

/** Runs the passes of a session, with the adapters that the session is for. */
interface Passes {

    /** Runs the model on whole texts; the manager of the inputs owns the outputs. */
    NDList predict(NDList inputs);

    /** Runs methods of the program in a pass, which takes a mark of the adapters. */
    <T> T infer(Function<Object, T> pass);

    /** Runs them with what the model shows at each pass, if a check of these adapters passes. */
    static Passes shown(Predictions predictions, Consumer<List<Adapter>> check) {
        return new Passes() {
            @Override
            public NDList predict(NDList inputs) {
                return predictions.predict(inputs, check);
            }

            @Override
            public <T> T infer(Function<Object, T> pass) {
                return predictions.call(check, pass);
            }
        };
    }

    /** Runs them with one adapter alone, or with the base model, whatever is active. */
    static Passes alone(Predictions predictions, Optional<Adapter> adapter) {
        return new Passes() {
            @Override
            public NDList predict(NDList inputs) {
                return predictions.predictAlone(inputs, adapter, () -> {});
            }

            @Override
            public <T> T infer(Function<Object, T> pass) {
                return predictions.callAlone(adapter, pass);
            }
        };
    }
}
