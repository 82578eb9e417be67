/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
import dev.langchain4j.model.embedding.EmbeddingModel;
import org.djladapters.langchain4j.Langchain4jEmbeddingModel;
import org.djladapters.model.AdaptedModel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Measures a query through LangChain4j: {@code DIR SECONDS}. Prints JSON. {@code busy.py} replaces
 * names, to measure one through Spring AI.
 */
final class Queries {

    private Queries() {}

    public static void main(String[] args) throws Exception {
        try (AdaptedModel base = AdaptedModel.open(Path.of(args[0]))) {
            EmbeddingModel model = Langchain4jEmbeddingModel.builder().setModel(base).build();
            List<Double> times = new ArrayList<>();
            long end = System.nanoTime() + (long) (1e9 * Double.parseDouble(args[1]));
            for (int i = 0; System.nanoTime() < end; i++) {
                long start = System.nanoTime();
                model.embed("Who trains new people on machine " + i + "?");
                times.add((System.nanoTime() - start) / 1e6);
            }
            List<Double> warm = times.subList(times.size() / 2, times.size());
            Collections.sort(warm);
            System.out.printf("{\"p50_ms\": %.3f}%n", warm.get(warm.size() / 2));
        }
    }
}
