/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.kernel.InPlace;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session with a cache predicts is what whole passes predict. */
class CachedSessionTest {

    /** Float32 with other orders of summation; relative to the largest logit. */
    private static final double TOLERANCE = 1e-5;

    private static final Path HUB = Path.of("src/test/resources/hub");

    /** Prompts of different lengths, filled up at the left with tokens that must not matter. */
    private static final long[][] PROMPTS = {
        {5, 9, 14, 20, 7}, {3, 3, 3, 11, 21}, {3, 3, 17, 8, 6},
    };

    private static final int[] LENGTHS = {5, 2, 3};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny-gpt2",
                "tiny-llama",
                "tiny-qwen2",
                "gpt2-inner-relu-untied",
                "llama-rope-dynamic",
                "llama-rope-linear-bias",
                "llama-rope-llama3",
                "mistral-window",
                "qwen2-rope-yarn",
                "qwen2-window",
                "qwen3-window-bias",
                "phi3-window",
                "phi3-longrope",
                "smollm3-window",
                "granite-scaled",
                "olmo2-bias",
                "gemma2-capped",
                "gemma3-window"
            })
    void theGreedyTokensAreThoseOfTransformers(String name) throws IOException {
        Path folder = HUB.resolve(name);
        try (AdaptedModel model = AdaptedModel.open(folder);
                NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
            long[] prompt = file.read(manager, "prompt.input_ids").toLongArray();
            long[] expected = file.read(manager, "generated.input_ids").toLongArray();
            assertThat(continued(model, expected.length - prompt.length, prompt))
                    .containsExactly(expected);
        }
    }

    private static long[] continued(AdaptedModel model, int count, long... prompt) {
        try (NDManager scope = NDManager.newBaseManager("PyTorch");
                DecoderSession session = DecoderSession.open(model)) {
            assertThat(session).isInstanceOf(CachedSession.class);
            long[] all = prompt;
            NDArray ids = scope.create(prompt, new Shape(1, prompt.length));
            for (int i = 0; i < count; i++) {
                ids = session.next(ids, ones(scope, all.length)).argMax(1).reshape(1, 1);
                all = Arrays.copyOf(all, all.length + 1);
                all[all.length - 1] = ids.getLong();
            }
            return all;
        }
    }

    private static NDArray ones(NDManager scope, int length) {
        long[] ones = new long[length];
        Arrays.fill(ones, 1);
        return scope.create(ones, new Shape(1, length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny-gpt2",
                "tiny-llama",
                "mistral-window",
                "qwen3-window-bias",
                "phi3-longrope",
                "smollm3-window",
                "olmo2-bias",
                "gemma2-capped",
                "gemma3-window"
            })
    void textsOfABatchAreContinuedAsIfEachWereAlone(String name) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve(name));
                NDManager scope = NDManager.newBaseManager("PyTorch");
                DecoderSession session = DecoderSession.open(model)) {
            Batch batch = new Batch(scope, session, PROMPTS, LENGTHS);
            for (int step = 0; step < 4; step++) {
                for (int row = 0; row < 3; row++) {
                    batch.assertRow(row, alone(model, scope, batch.text(row)));
                }
                batch.next();
            }
            session.keep(0, 2);
            batch.keep(0, 2);
            batch.next();
            for (int row = 0; row < 2; row++) {
                batch.assertRow(row, alone(model, scope, batch.text(row)));
            }
        }
    }

    /** The logits of a whole pass over one text. */
    private static NDArray alone(AdaptedModel model, NDManager scope, long... text) {
        try (DecoderSession session = new UncachedSession(model.inputNames(), model::predict)) {
            NDArray ids = scope.create(text, new Shape(1, text.length));
            return session.next(ids, ones(scope, text.length)).get(0);
        }
    }

    @Test
    void afterAChangeOfAdaptersAllIsReadAgain() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"));
                NDManager scope = NDManager.newBaseManager("PyTorch");
                DecoderSession session = DecoderSession.open(model)) {
            addChanged(model, "lora", LoraConfig.builder().optRank(2).build());
            addChanged(
                    model,
                    "compound",
                    CompoundConfig.builder().optOrders(1).optBlockSize(8).build());
            Batch batch = new Batch(scope, session, PROMPTS, LENGTHS);
            NDArray first = batch.logits;
            batch.assertRow(1, alone(model, scope, batch.text(1)));

            model.activate("compound");
            batch.next();
            batch.assertRow(1, alone(model, scope, batch.text(1)));

            model.merge("lora");
            batch.next();
            batch.assertRow(1, alone(model, scope, batch.text(1)));

            model.unmerge();
            model.activate("lora");
            model.update(() -> change(model, "lora", 0.5f));
            batch.next();
            batch.assertRow(1, alone(model, scope, batch.text(1)));

            model.unload();
            batch.next();
            batch.assertRow(1, alone(model, scope, batch.text(1)));
            assertThat(first.getShape()).isEqualTo(batch.logits.getShape());
        }
    }

    @Test
    void aSessionCanKeepToOneAdapterWhateverIsActive() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"));
                NDManager scope = NDManager.newBaseManager("PyTorch")) {
            addChanged(model, "lora", LoraConfig.builder().optRank(2).build());
            addChanged(
                    model,
                    "compound",
                    CompoundConfig.builder().optOrders(1).optBlockSize(8).build());
            Optional<Adapter> compound = Optional.of(model.adapter("compound"));
            try (DecoderSession session = DecoderSession.open(model, compound)) {
                Batch batch = new Batch(scope, session, PROMPTS, LENGTHS);
                batch.next();
                model.activate("compound");
                batch.assertRow(1, alone(model, scope, batch.text(1)));
                batch.next();
                batch.assertRow(1, alone(model, scope, batch.text(1)));
            }
        }
    }

    @Test
    void aScopeOfTheCallersTakesNothingFromASession() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-gpt2"));
                NDManager scope = NDManager.newBaseManager("PyTorch");
                DecoderSession session = DecoderSession.open(model)) {
            Batch batch = new Batch(scope, session, PROMPTS, LENGTHS);
            long[][] texts = {batch.text(0), batch.text(1), batch.text(2)};
            try (NDScope ended = new NDScope()) {
                ended.suppressNotUsedWarning();
                batch.next();
                texts[0] = batch.text(0);
                NDScope.unregister(batch.logits, batch.ids, batch.mask);
            }
            batch.next();
            batch.assertRow(0, alone(model, scope, batch.text(0)));
            assertThat(texts[0]).hasSizeLessThan(batch.text(0).length);
        }
    }

    private static void addChanged(AdaptedModel model, String name, AdapterConfig config) {
        model.add(name, config);
        model.update(() -> change(model, name, 0.1f));
    }

    /** Sets all parameters to values that no generator chooses: by·cos(k) at place k. */
    private static void change(AdaptedModel model, String name, float by) {
        model.adapter(name)
                .parameters()
                .values()
                .forEach(
                        parameter -> {
                            NDArray array = parameter.getArray();
                            try (NDManager scope = array.getManager().newSubManager()) {
                                NDArray steps = scope.arange((int) array.size()).cos().mul(by);
                                InPlace.copy(steps.reshape(array.getShape()), array);
                            }
                        });
    }

    /** A batch that is continued greedily. */
    private static final class Batch {

        private final NDManager scope;
        private final DecoderSession session;
        private NDArray ids;
        private NDArray mask;
        private NDArray logits;

        Batch(NDManager scope, DecoderSession session, long[][] prompts, int... lengths) {
            this.scope = scope;
            this.session = session;
            ids =
                    scope.create(Arrays.stream(prompts).flatMapToLong(Arrays::stream).toArray())
                            .reshape(prompts.length, prompts[0].length);
            long[] real = new long[prompts.length * prompts[0].length];
            for (int row = 0; row < prompts.length; row++) {
                int end = (row + 1) * prompts[0].length;
                Arrays.fill(real, end - lengths[row], end, 1);
            }
            mask = scope.create(real, ids.getShape());
            logits = session.next(ids, mask);
        }

        void next() {
            NDArray tokens = logits.argMax(1).reshape(-1, 1);
            ids = ids.concat(tokens, 1);
            mask = mask.concat(tokens.onesLike(), 1);
            logits = session.next(tokens, mask);
        }

        void keep(long... rows) {
            NDArray index = scope.create(rows);
            ids = ids.get(index);
            mask = mask.get(index);
            logits = logits.get(index);
        }

        long[] text(int row) {
            int length = (int) mask.get(row).sum().getLong();
            long[] all = ids.get(row).toLongArray();
            return Arrays.copyOfRange(all, all.length - length, all.length);
        }

        void assertRow(int row, NDArray expected) {
            NDArray actual = logits.get(row);
            float largest = expected.abs().max().getFloat();
            float difference = actual.sub(expected).abs().max().getFloat();
            assertThat(difference / largest).as("row " + row).isLessThan((float) TOLERANCE);
        }
    }
}
