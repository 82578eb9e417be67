/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.data.ImageFolder;

/** Image files to predict from, which are decoded batch by batch. */
record ImageFiles(List<Path> files) {

    private static final int BATCH = 32;

    /** Predicts from images. */
    @FunctionalInterface
    interface Prediction<O> {
        List<O> of(List<Image> images) throws TranslateException;
    }

    /** Receives predictions in the order of the images. */
    @FunctionalInterface
    interface Receiver<O> {
        void take(Path file, O prediction) throws IOException;
    }

    /** Lists the given files, and all images in given folders and the folders within. */
    static ImageFiles of(List<Path> places) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path place : places) {
            if (!Files.isDirectory(place)) {
                files.add(place);
                continue;
            }
            try (Stream<Path> found = Files.walk(place)) {
                List<Path> images =
                        found.filter(file -> Files.isRegularFile(file))
                                .filter(ImageFolder::isImage)
                                .sorted()
                                .toList();
                if (images.isEmpty()) {
                    throw new IOException(
                            "Folder '%s' has no images (.jpg, .jpeg, .png)".formatted(place));
                }
                files.addAll(images);
            }
        }
        return new ImageFiles(files);
    }

    /** Predicts from all images in their order. */
    <O> void predict(Prediction<O> prediction, Interruption watch, Receiver<O> predictions)
            throws IOException {
        watch.onWork("predict", 0, files.size());
        for (int start = 0; start < files.size(); start += BATCH) {
            List<Path> batch = files.subList(start, Math.min(files.size(), start + BATCH));
            List<Image> images = new ArrayList<>();
            for (Path file : batch) {
                images.add(read(file));
            }
            List<O> found;
            try {
                found = prediction.of(images);
            } catch (TranslateException e) {
                throw new IOException("The model can't predict: " + e.getMessage(), e);
            }
            watch.onWork("predict", start + batch.size(), files.size());
            for (int i = 0; i < found.size(); i++) {
                predictions.take(batch.get(i), found.get(i));
            }
        }
        watch.clear();
    }

    private static Image read(Path file) throws IOException {
        try {
            return ImageFactory.getInstance().fromFile(file);
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "Can't read image '%s': %s; replace it or leave it out"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }
}
