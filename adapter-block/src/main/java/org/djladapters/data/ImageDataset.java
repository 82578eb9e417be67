/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.djladapters.data.encoding.ImagePreprocessing;

/**
 * Images with their labels as batches: the only input of a batch of B is a float32 array of shape
 * (B, 3, size, size). Its labels are those of a {@link TextDataset}.
 *
 * <p>Images are decoded and resized once and kept as bytes, 3·size² each; if all of them would take
 * more than a quarter of the Java heap, they are decoded again for every batch instead.
 *
 * <p>Augmentations change the images of a shuffled dataset. The change of an image depends only on
 * the seed, the number of passes before and its row in the data.
 */
public final class ImageDataset extends BatchedDataset {

    private final ImageFolder data;
    private final ImagePreprocessing preprocessing;
    private final List<byte[]> decoded;
    private final List<Augmentation> augmentations;
    private final long seed;
    private final LabelSpace.Targets targets;

    private ImageDataset(Builder builder, ImagePreprocessing preprocessing, List<byte[]> decoded) {
        super(builder, builder.data.size());
        this.data = builder.data;
        this.preprocessing = preprocessing;
        this.decoded = decoded;
        this.augmentations = builder.augmentations;
        this.seed = builder.shuffleSeed.orElse(0);
        this.targets = builder.labelSpace.targets(data);
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    int length(int row) {
        return 1;
    }

    @Override
    NDList inputs(NDManager manager, int[] rows, int passes) throws IOException {
        List<byte[]> images = new ArrayList<>(rows.length);
        for (int row : rows) {
            images.add(augment(pixels(row), row, passes));
        }
        return new NDList(preprocessing.toArray(manager, images));
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        return targets.of(manager, rows);
    }

    private byte[] pixels(int row) throws IOException {
        return decoded.isEmpty() ? preprocessing.pixels(data.files().get(row)) : decoded.get(row);
    }

    private byte[] augment(byte[] pixels, int row, int passes) {
        SplittableRandom random = random(row, passes);
        byte[] augmented = pixels;
        for (Augmentation augmentation : augmentations) {
            augmented = augmentation.apply(augmented, preprocessing.size(), random);
        }
        return augmented;
    }

    /** Draws a seed from each of seed, pass and row for the next, which keeps them apart. */
    private SplittableRandom random(int row, int passes) {
        long pass = new SplittableRandom(seed).nextLong() + passes;
        return new SplittableRandom(new SplittableRandom(pass).nextLong() + row);
    }

    /** Reads and resizes images. */
    public static final class Builder extends BatchedDataset.BaseBuilder<ImageFolder, Builder> {

        private LabelSpace labelSpace;
        private OptionalInt imageSize = OptionalInt.empty();
        private ImagePreprocessing preprocessing;
        private List<Augmentation> augmentations = List.of();
        private long memoryLimit = Runtime.getRuntime().maxMemory() / 4;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the label space; all datasets of a task have that of the training data.
         *
         * @param labelSpace the label space
         * @return this builder
         */
        public Builder setLabelSpace(LabelSpace labelSpace) {
            this.labelSpace = labelSpace;
            return this;
        }

        /**
         * Sets the side to which images are resized (default: what suits the model).
         *
         * @param imageSize in pixels, at least 1
         * @return this builder
         */
        public Builder optImageSize(int imageSize) {
            ImagePreprocessing.requireSize(imageSize);
            this.imageSize = OptionalInt.of(imageSize);
            return this;
        }

        /** Sets how images become inputs where there is no model. */
        Builder preprocessing(ImagePreprocessing preprocessing) {
            this.preprocessing = preprocessing;
            return this;
        }

        /**
         * Sets the random changes of the images of a shuffled dataset (default: none).
         *
         * @param augmentations all are applied, in the order of their declaration
         * @return this builder
         */
        public Builder optAugment(Augmentation... augmentations) {
            this.augmentations = Stream.of(augmentations).distinct().sorted().toList();
            return this;
        }

        /** Sets how many bytes of decoded images are kept. */
        Builder memoryLimit(long bytes) {
            this.memoryLimit = bytes;
            return this;
        }

        /**
         * Decodes the images.
         *
         * @return the dataset
         * @throws IOException if an image can't be decoded; the message names the file
         * @throws IllegalArgumentException if a label is unknown
         * @throws IllegalStateException if there are augmentations without shuffling: measurements
         *     with them would differ
         */
        public ImageDataset build() throws IOException {
            Objects.requireNonNull(data, "setData is missing");
            Objects.requireNonNull(labelSpace, "setLabelSpace is missing");
            if (shuffleSeed.isEmpty() && !augmentations.isEmpty()) {
                throw new IllegalStateException(
                        "Only a shuffled dataset can be augmented, since others are for"
                                + " evaluation; set optShuffle");
            }
            ImagePreprocessing inputs = preprocessing == null ? ofModel() : preprocessing;
            List<byte[]> decoded = new ArrayList<>();
            long bytes = 3L * inputs.size() * inputs.size() * data.size();
            if (bytes <= memoryLimit) {
                for (var file : data.files()) {
                    decoded.add(inputs.pixels(file));
                }
            }
            return new ImageDataset(this, inputs, decoded);
        }

        private ImagePreprocessing ofModel() throws IOException {
            Objects.requireNonNull(model, "setModel is missing");
            return imageSize.isPresent()
                    ? ImagePreprocessing.of(model, imageSize.getAsInt())
                    : ImagePreprocessing.of(model);
        }
    }
}
