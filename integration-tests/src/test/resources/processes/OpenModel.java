/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
import java.nio.file.Path;
import org.djladapters.model.AdaptedModel;

/** Opens a model with the library alone: {@code DIR}. */
public final class OpenModel {

    private OpenModel() {}

    public static void main(String[] args) throws Exception {
        requireAbsent("org.djladapters.examples.cli.Adapters");
        try (AdaptedModel model = AdaptedModel.open(Path.of(args[0]))) {
            System.out.println(model.matmul());
        }
    }

    private static void requireAbsent(String type) {
        try {
            Class.forName(type);
            throw new IllegalStateException("The class path holds " + type);
        } catch (ClassNotFoundException e) {
            // as it should be
        }
    }
}
