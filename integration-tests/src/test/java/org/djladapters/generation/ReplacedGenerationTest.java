/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.TinyAdapters;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A text is written to its end by the adapter that began it, whatever takes its place meanwhile.
 */
class ReplacedGenerationTest {

    private static final Path LLAMA = Path.of("src/test/resources/hub/tiny-llama");

    @TempDir private Path folder;

    @Test
    void everyTextIsOfOneAdapter() throws Exception {
        GenerationOptions greedy = GenerationOptions.builder().optMaxNewTokens(12).build();
        List<String> prompts = List.of("1+1=", "b=");
        List<String> names = List.of("a", "a");
        try (AdaptedModel model = AdaptedModel.open(LLAMA);
                TextGenerator generator = TextGenerator.open(model)) {
            LoraConfig config = LoraConfig.builder().optRank(2).build();
            List<List<String>> expected = new ArrayList<>();
            for (int version = 0; version < 2; version++) {
                TinyAdapters.disturb(model, model.add("a", config), version);
                model.activate(); // as below, so that sums are added in the same order
                expected.add(generator.generate(prompts, names, greedy));
                AdapterDirectory.save(model, "a", folder.resolve("" + version));
                model.delete("a");
            }
            assertThat(expected.get(0)).isNotEqualTo(expected.get(1));
            AdapterDirectory.load(model, "a", folder.resolve("0"));
            model.activate();
            AtomicBoolean ended = new AtomicBoolean();
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                Future<Integer> texts =
                        thread.submit(
                                () -> {
                                    int count = 0;
                                    while (!ended.get() || count == 0) {
                                        assertThat(expected)
                                                .contains(
                                                        generator.generate(prompts, names, greedy));
                                        count++;
                                    }
                                    return count;
                                });
                for (int i = 1; i <= 30; i++) {
                    AdapterDirectory.replace(model, "a", folder.resolve("" + i % 2));
                }
                ended.set(true);
                assertThat(texts.get()).isPositive();
            } finally {
                thread.shutdownNow();
            }
            assertThat(generator.generate(prompts, names, greedy)).isEqualTo(expected.get(0));
        }
    }
}
