/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.djladapters.hub.ModelDirectory;

/** Small files for the tests of this package. */
public final class TestData {

    private TestData() {}

    public static ModelDirectory tinyBert() throws IOException {
        return ModelDirectory.open(Path.of("src/test/resources/models/tiny-bert-classifier"));
    }

    /** Writes single sentences; each row is "label sentence". */
    public static TextData sentences(Path folder, String... rows) throws IOException {
        StringBuilder text = new StringBuilder("label\tsentence1\n");
        for (String row : rows) {
            text.append(row.replaceFirst(" ", "\t")).append('\n');
        }
        return TextData.read(Files.writeString(folder.resolve("sentences.tsv"), text));
    }

    /** Writes one sentence for each label. */
    public static TextData labels(Path folder, List<String> labels) throws IOException {
        return sentences(folder, labels.stream().map(label -> label + " x").toArray(String[]::new));
    }

    /** Writes an image of one colour. */
    public static Path image(Path file, int width, int height, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
        return write(file, image);
    }

    public static Path write(Path file, BufferedImage image) throws IOException {
        Files.createDirectories(file.getParent());
        String name = file.getFileName().toString();
        if (!ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile())) {
            throw new IOException("No writer for " + file);
        }
        return file;
    }
}
