/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.djladapters.data.encoding.ResizingFilter.Kernel;
import org.djladapters.io.JsonFields;

/**
 * How an image of any size becomes a square.
 *
 * @param shortEdge the shorter side to which an image is resized, of which the middle is taken; 0
 *     if the whole image becomes the square, with its sides in another proportion
 */
record ImageResizing(int shortEdge, Kernel kernel) {

    /** The whole image by the triangle filter: where images are classified nothing is cut off. */
    static final ImageResizing WHOLE = new ImageResizing(0, Kernel.TRIANGLE);

    /** More of an image than this is never cut off. */
    private static final int MOST = 8;

    private static final String SIZE = "size";
    private static final String SHORTEST = "shortest_edge";
    private static final String CUTS = "do_center_crop";
    private static final String CROP = "crop_size";
    private static final String RESAMPLE = "resample";

    /**
     * Reads what the processors of transformers do with images for a model of a size.
     *
     * @param crops whether they cut where the file does not tell
     * @throws IOException if images would have another size
     */
    static ImageResizing of(JsonFields config, int side, boolean crops) throws IOException {
        int number = config.integer(RESAMPLE, Kernel.CUBIC.number());
        Kernel kernel =
                Arrays.stream(Kernel.values())
                        .filter(known -> known.number() == number)
                        .findFirst()
                        .orElseThrow(() -> config.wrong(RESAMPLE, "2 (bilinear) or 3 (bicubic)"));
        if (!config.bool("do_resize", true)) {
            throw config.wrong("do_resize", "true");
        }
        boolean cuts = config.bool(CUTS, crops);
        JsonFields size = config.within(SIZE);
        boolean named = !size.json().isEmpty();
        int edge = named ? size.integer(SHORTEST, 0) : config.integer(SIZE, side);
        if (named ? edge == 0 : !crops) {
            require(size, "height", side);
            require(size, "width", side);
            edge = 0;
        }
        if (cuts) {
            JsonFields crop = config.within(CROP);
            require(crop, "height", side);
            require(crop, "width", side);
        }
        if (edge != 0 && !cuts) {
            throw config.wrong(CUTS, "true, or a height and a width as size,");
        }
        if (edge != 0 && (edge < side || edge / side >= MOST)) {
            throw config.wrong(
                    SIZE,
                    "a shortest edge of at least %d and less than %d".formatted(side, MOST * side));
        }
        return new ImageResizing(edge, kernel);
    }

    private static void require(JsonFields sizes, String name, int side) throws IOException {
        if (sizes.integer(name, side) != side) {
            throw sizes.wrong(name, "%d, the size of the model's images,".formatted(side));
        }
    }

    /**
     * Tells whether there are bytes between the two directions, as Pillow has it: models whose
     * vectors are compared with those of others get the same pixels.
     */
    boolean rounds() {
        return !equals(WHOLE);
    }

    /** Returns the entries of {@code serving.properties} by which DJL resizes to a square. */
    Map<String, String> serving(int size) {
        if (equals(WHOLE)) {
            return Map.of("resize", "true");
        }
        String way = kernel == Kernel.CUBIC ? "BICUBIC" : "BILINEAR";
        return shortEdge == 0
                ? Map.of("resize", "%d,%d,%s".formatted(size, size, way))
                : Map.of("resizeShort", "%d,-1,%s".formatted(shortEdge, way), "centerCrop", "true");
    }

    /** Returns the filter for a side of an image, of which the other one is given. */
    ResizingFilter filter(int side, int other, int size) {
        if (shortEdge == 0) {
            return ResizingFilter.of(side, size, kernel);
        }
        int resized = side <= other ? shortEdge : (int) ((double) shortEdge * side / other);
        return ResizingFilter.middle(side, resized, kernel, size);
    }
}
