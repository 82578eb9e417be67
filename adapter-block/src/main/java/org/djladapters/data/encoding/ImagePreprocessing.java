/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.architecture.ImageForm;
import org.djladapters.io.JsonFields;

/**
 * The way from an image to a model's input of shape (3, size, size): resized to a square, then per
 * colour channel \((v / 255 - mean) / std\).
 *
 * <p>The whole image becomes the square, by the triangle filter (bilinear, widened when shrinking).
 * Only models whose vectors lie in one space with those of texts, such as CLIP, get images as their
 * {@code preprocessor_config.json} says: resized by the shorter edge and cropped, for example.
 *
 * @param size the side in pixels
 * @param mean the three channels' means, red first
 * @param std the three channels' standard deviations, red first
 * @param resizing how an image becomes a square
 */
public record ImagePreprocessing(
        int size, List<Double> mean, List<Double> std, ImageResizing resizing) {

    private static final String CONFIG = "preprocessor_config.json";
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

    /** The side if neither the user nor the model sets one: that of ImageNet's classifiers. */
    private static final int DEFAULT_SIZE = 224;

    private static final int CHANNELS = 3;

    /** Checks the values. */
    public ImagePreprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        requireSize(size);
        if (mean.size() != CHANNELS
                || std.size() != CHANNELS
                || !mean.stream().allMatch(Double::isFinite)
                || !std.stream().allMatch(s -> Double.isFinite(s) && s > 0)) {
            throw new IllegalArgumentException(
                    "Images need three means and three positive standard deviations, got %s and %s"
                            .formatted(mean, std));
        }
    }

    /** Takes the whole image by the triangle filter. */
    public ImagePreprocessing(int size, List<Double> mean, List<Double> std) {
        this(size, mean, std, ImageResizing.WHOLE);
    }

    /** Refuses a size below 1. */
    public static void requireSize(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("The image size must be at least 1, got " + size);
        }
    }

    /**
     * Reads the preprocessing of a model: the size from {@code image_size} of its configuration
     * (default 224), mean and deviation from {@code preprocessor_config.json}, else those of
     * ImageNet.
     */
    public static ImagePreprocessing of(ModelDirectory model) throws IOException {
        return of(model, model.imageSize().orElse(DEFAULT_SIZE));
    }

    /**
     * Reads the preprocessing of a model for images of another size than in its training.
     *
     * @throws IllegalArgumentException if the model can't take that size: it is not a multiple of
     *     its patches, or the model has positions for one size only
     */
    public static ImagePreprocessing of(ModelDirectory model, int size) throws IOException {
        checkSize(model, size);
        JsonFields config = model.fields(CONFIG);
        Optional<ImageForm> form = model.traits().images();
        ImageResizing resizing =
                form.isPresent()
                        ? ImageResizing.of(config, size, form.get().crops())
                        : ImageResizing.WHOLE;
        if (!config.bool("do_normalize", true)) {
            return new ImagePreprocessing(
                    size, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), resizing);
        }
        List<Double> mean =
                numbers(config, "image_mean", form.map(ImageForm::mean).orElse(IMAGENET_MEAN));
        List<Double> std =
                numbers(config, "image_std", form.map(ImageForm::std).orElse(IMAGENET_STD));
        try {
            return new ImagePreprocessing(size, mean, std, resizing);
        } catch (IllegalArgumentException e) {
            throw new IOException("'%s': %s".formatted(config.source(), e.getMessage()), e);
        }
    }

    private static void checkSize(ModelDirectory model, int size) throws IOException {
        OptionalInt trained = model.imageSize();
        String type = model.modelType().orElse("");
        if (model.traits().oneImageSize() && trained.isPresent() && trained.getAsInt() != size) {
            throw new IllegalArgumentException(
                    "Model '%s' (%s) takes images of %d pixels only, not %d"
                            .formatted(model.path(), type, trained.getAsInt(), size));
        }
        OptionalInt patch = model.patchSize();
        // what is left of the size that the model was trained on is cut off
        boolean own = trained.equals(OptionalInt.of(size));
        if (patch.isPresent() && !own && size % patch.getAsInt() != 0) {
            throw new IllegalArgumentException(
                    "The image size %d is not a multiple of %d, the patch size of model '%s'"
                            .formatted(size, patch.getAsInt(), model.path()));
        }
    }

    private static List<Double> numbers(JsonFields config, String key, List<Double> absent)
            throws IOException {
        List<Double> numbers = config.has(key) ? config.numbers(key) : absent;
        if (numbers.size() != CHANNELS) {
            throw new IOException(
                    "'%s': %s is %s where three numbers are expected"
                            .formatted(config.source(), key, config.json().get(key)));
        }
        return numbers;
    }

    /**
     * Decodes and resizes an image.
     *
     * @return its bytes, 3·size·size: the red plane row by row, then green, then blue
     */
    public byte[] pixels(Path file) throws IOException {
        return ImageReading.read(file, size, resizing);
    }

    /**
     * Resizes an image.
     *
     * @return its bytes, as {@link #pixels(Path)} gives them
     */
    public byte[] pixels(Image image, NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            byte[] rgb = image.toNDArray(scope, Image.Flag.COLOR).toByteArray();
            return ImageReading.resize(rgb, image.getWidth(), image.getHeight(), size, resizing);
        }
    }

    /**
     * Creates the model's input from decoded images.
     *
     * @return float32 of shape (B, 3, size, size)
     */
    public NDArray toArray(NDManager manager, List<byte[]> images) {
        int plane = size * size;
        int elements = Math.multiplyExact(images.size(), CHANNELS * plane);
        // native memory, which the engine takes as it is
        ByteBuffer bytes =
                manager.allocateDirect(Math.multiplyExact(elements, Float.BYTES))
                        .order(ByteOrder.nativeOrder());
        FloatBuffer values = bytes.asFloatBuffer();
        float[][] normalized = normalizedValues();
        for (byte[] image : images) {
            for (int i = 0; i < CHANNELS * plane; i++) {
                values.put(normalized[i / plane][image[i] & 0xFF]);
            }
        }
        Shape shape = new Shape(images.size(), CHANNELS, size, size);
        return manager.create(bytes, shape, DataType.FLOAT32);
    }

    /** Returns how DJL's own translators make inputs, as entries of {@code serving.properties}. */
    public Map<String, String> serving() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("width", Integer.toString(size));
        entries.put("height", Integer.toString(size));
        entries.putAll(resizing.serving(size));
        entries.put(
                "normalize",
                Stream.concat(mean.stream(), std.stream())
                        .map(String::valueOf)
                        .collect(Collectors.joining(",")));
        return entries;
    }

    /** Normalizes the 256 values that a byte can have, for each channel. */
    private float[][] normalizedValues() {
        float[][] table = new float[CHANNELS][256];
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int value = 0; value < 256; value++) {
                table[channel][value] =
                        (float) ((value / 255.0 - mean.get(channel)) / std.get(channel));
            }
        }
        return table;
    }
}
