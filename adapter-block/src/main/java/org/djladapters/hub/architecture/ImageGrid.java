/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/** The patches into which a model cuts its images; all sizes are in pixels. */
record ImageGrid(int height, int width, int patchHeight, int patchWidth) {

    /** The default of transformers. */
    private static final int IMAGE_SIZE = 224;

    static final String IMAGE = "image_size";
    static final String PATCH = "patch_size";

    /**
     * Reads {@code image_size} and {@code patch_size}, each a number or a pair of height and width,
     * with a default for patches.
     */
    static ImageGrid of(ConfigReader config, int patch) throws IOException {
        List<Integer> image = config.sizes(IMAGE, IMAGE_SIZE);
        List<Integer> patches = config.sizes(PATCH, patch);
        ImageGrid grid = new ImageGrid(image.get(0), image.get(1), patches.get(0), patches.get(1));
        if (grid.rows() == 0 || grid.columns() == 0) {
            throw config.wrong(PATCH, "a size of at most " + Math.min(grid.height, grid.width));
        }
        return grid;
    }

    int rows() {
        return height / patchHeight;
    }

    int columns() {
        return width / patchWidth;
    }

    /** One token a patch, and one for the image. */
    int tokens() {
        return rows() * columns() + 1;
    }

    /** Refuses other images and patches than squares. */
    ImageGrid requireSquare(ConfigReader config) throws IOException {
        if (height == width && patchHeight == patchWidth) {
            return this;
        }
        throw config.refused(height == width ? PATCH : IMAGE, "what is computed is squares");
    }
}
