/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDatasetTest {

    private static final ImagePreprocessing PREPROCESSING =
            new ImagePreprocessing(4, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));

    @TempDir Path folder;

    @BeforeEach
    void writeImages() throws IOException {
        TestData.image(folder.resolve("dark/a.png"), 8, 6, 0x000000);
        TestData.image(folder.resolve("light/b.png"), 5, 9, 0xFFFFFF);
        TestData.image(folder.resolve("light/c.png"), 4, 4, 0xFF0000);
    }

    @Test
    void batchesHoldNormalizedImagesAndClasses() throws IOException {
        ImageDataset dataset = dataset().optBatchSize(2).build();

        assertThat(dataset.size()).isEqualTo(3);
        try (NDManager manager = NDManager.newBaseManager()) {
            List<Batch> batches = List.copyOf(all(dataset, manager));
            assertThat(batches).hasSize(2);
            NDArray images = batches.get(0).getData().singletonOrThrow();
            assertThat(images.getShape()).isEqualTo(new Shape(2, 3, 4, 4));
            assertThat(images.getName()).isNull();
            assertThat(images.get(0).toFloatArray()).containsOnly(0);
            assertThat(images.get(1).toFloatArray()).containsOnly(1);
            assertThat(batches.get(0).getLabels().singletonOrThrow().toLongArray())
                    .containsExactly(0, 1);
            NDArray last = batches.get(1).getData().singletonOrThrow();
            assertThat(last.get("0,0").toFloatArray()).containsOnly(1);
            assertThat(last.get("0,1:").toFloatArray()).containsOnly(0);
        }
    }

    @Test
    void imagesThatDoNotFitIntoMemoryAreDecodedForEachBatch() throws IOException {
        ImageDataset kept = dataset().build();
        ImageDataset decodedAgain = dataset().memoryLimit(100).build();

        try (NDManager manager = NDManager.newBaseManager()) {
            assertThat(all(decodedAgain, manager).get(0).getData().singletonOrThrow())
                    .isEqualTo(all(kept, manager).get(0).getData().singletonOrThrow());
            Files.writeString(folder.resolve("light/b.png"), "damaged");
            assertThat(all(kept, manager)).hasSize(1);
            assertThatThrownBy(() -> all(decodedAgain, manager))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("b.png");
        }
    }

    @Test
    void aDamagedImageIsNamedBeforeTrainingStarts() throws IOException {
        Files.writeString(folder.resolve("light/b.png"), "damaged");

        assertThatThrownBy(() -> dataset().build())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("b.png");
    }

    @Test
    void augmentationDependsOnSeedPassAndRowOnly() throws IOException {
        writePictures();
        try (NDManager manager = NDManager.newBaseManager()) {
            ImageDataset dataset = augmented(5).optBatchSize(2).build();
            Map<Integer, float[]> first = byRow(dataset, manager, 0);
            Map<Integer, float[]> second = byRow(dataset, manager, 1);
            assertThat(second).usingRecursiveComparison().isNotEqualTo(first);

            ImageDataset other = augmented(5).optBatchSize(1).memoryLimit(100).build();
            assertThat(byRow(other, manager, 1)).usingRecursiveComparison().isEqualTo(second);
            assertThat(byRow(other, manager, 0)).usingRecursiveComparison().isEqualTo(first);

            ImageDataset reseeded = augmented(6).build();
            assertThat(byRow(reseeded, manager, 0)).usingRecursiveComparison().isNotEqualTo(first);
        }
    }

    @Test
    void everyRowIsAugmentedInItsOwnWay() throws IOException {
        for (int i = 0; i < 9; i++) {
            TestData.write(folder.resolve("same/" + i + ".png"), picture(1));
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<Integer, float[]> images = byRow(augmented(5).build(), manager, 0);
            long different =
                    images.entrySet().stream()
                            .filter(image -> image.getKey() >= 3)
                            .map(image -> Arrays.toString(image.getValue()))
                            .distinct()
                            .count();
            assertThat(different).isGreaterThan(4);
        }
    }

    @Test
    void refusesToAugmentWhatIsMeasuredOn() throws IOException {
        ImageDataset.Builder builder = dataset().optAugment(Augmentation.FLIP);

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("set optShuffle");
    }

    private ImageDataset.Builder augmented(long seed) throws IOException {
        return dataset().optShuffle(seed).optAugment(Augmentation.CROP, Augmentation.FLIP);
    }

    private static Map<Integer, float[]> byRow(
            ImageDataset dataset, NDManager manager, int passes) {
        Map<Integer, float[]> images = new TreeMap<>();
        for (Batch batch : dataset.getData(manager, passes)) {
            NDArray values = batch.getData().singletonOrThrow();
            for (int i = 0; i < batch.getIndices().size(); i++) {
                images.put((Integer) batch.getIndices().get(i), values.get(i).toFloatArray());
            }
        }
        return images;
    }

    private void writePictures() throws IOException {
        for (int i = 0; i < 9; i++) {
            TestData.write(folder.resolve("light/" + i + ".png"), picture(i));
        }
    }

    /** All pixels differ. */
    private static BufferedImage picture(int shift) {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 16; i++) {
            image.setRGB(i % 4, i / 4, 0x0A0B0C * i + shift);
        }
        return image;
    }

    private static List<Batch> all(ImageDataset dataset, NDManager manager) {
        List<Batch> batches = new ArrayList<>();
        dataset.getData(manager).forEach(batches::add);
        return batches;
    }

    private ImageDataset.Builder dataset() throws IOException {
        ImageFolder data = ImageFolder.read(folder);
        return ImageDataset.builder()
                .setData(data)
                .setLabelSpace(LabelSpace.of(data))
                .preprocessing(PREPROCESSING);
    }
}
