/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/**
 * The patches into which a model cuts its images.
 *
 * @param height the height of the images that it was trained on, in pixels
 * @param width their width
 * @param patchHeight the height of a patch
 * @param patchWidth its width
 */
record ImageGrid(int height, int width, int patchHeight, int patchWidth) {

    /** The default of transformers. */
    private static final int IMAGE_SIZE = 224;

    static final String IMAGE = "image_size";
    static final String PATCH = "patch_size";

    /**
     * Reads {@code image_size} and {@code patch_size}, each a number or a pair of height and width.
     *
     * @param patch the side of patches where there is no entry
     * @throws IOException if an entry is malformed, or patches are larger than images
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

    boolean isSquare() {
        return height == width && patchHeight == patchWidth;
    }
}
