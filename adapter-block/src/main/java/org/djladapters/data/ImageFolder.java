/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.djladapters.io.Sha256;

/**
 * Images in one folder per label: {@code label/file}, files ending in jpg, jpeg or png.
 *
 * <p>The order is that of the labels' names, then of the files' names. Hidden files, and files
 * beside the label folders that are no images, are passed over; anything else that is not an image
 * is an error, so that nothing is left out by mistake.
 */
public final class ImageFolder implements LabelledData {

    private final Path source;
    private final String sha256;
    private final List<Path> files;

    private ImageFolder(Path source, String sha256, List<Path> files) {
        this.source = source;
        this.sha256 = sha256;
        this.files = List.copyOf(files);
    }

    /**
     * Lists an image folder. The images are not decoded yet.
     *
     * @param folder the folder that holds one folder per label
     * @return its images
     * @throws IOException if the folder is missing, holds no images or something that is no image
     */
    public static ImageFolder read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(
                    "No image folder '%s'; give a folder that holds one folder of images per label"
                            .formatted(folder));
        }
        List<Path> files = new ArrayList<>();
        for (Path entry : visibleEntries(folder)) {
            if (Files.isDirectory(entry)) {
                files.addAll(imagesOf(entry));
            } else if (isImage(entry)) {
                throw new IOException(
                        "Image '%s' has no label; move it into a folder named after its label"
                                .formatted(entry));
            }
        }
        if (files.isEmpty()) {
            throw new IOException(
                    "Image folder '%s' holds no images; they belong in one folder per label"
                            .formatted(folder));
        }
        return new ImageFolder(folder, hash(files), files);
    }

    /** Tells whether a folder holds a folder with images. */
    public static boolean hasImages(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        for (Path entry : visibleEntries(folder)) {
            if (Files.isDirectory(entry)
                    && visibleEntries(entry).stream().anyMatch(ImageFolder::isImage)) {
                return true;
            }
        }
        return false;
    }

    private static List<Path> imagesOf(Path labelFolder) throws IOException {
        List<Path> images = visibleEntries(labelFolder);
        if (images.isEmpty()) {
            throw new IOException(
                    "Label folder '%s' is empty; fill or remove it".formatted(labelFolder));
        }
        for (Path image : images) {
            if (!Files.isRegularFile(image) || !isImage(image)) {
                throw new IOException(
                        "'%s' is not a jpg, jpeg or png file; convert or remove it"
                                .formatted(image));
            }
        }
        return images;
    }

    private static List<Path> visibleEntries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !nameOf(entry).startsWith("."))
                    .sorted(Comparator.comparing(ImageFolder::nameOf))
                    .toList();
        }
    }

    /** Tells whether a file is an image by its name. */
    public static boolean isImage(Path file) {
        String name = nameOf(file).toLowerCase(Locale.ROOT);
        return name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png");
    }

    private static String nameOf(Path path) {
        return path.getFileName().toString();
    }

    private static String hash(List<Path> files) throws IOException {
        MessageDigest digest = Sha256.digest();
        for (Path file : files) {
            String name = nameOf(file.getParent()) + "/" + nameOf(file);
            // The lengths keep names and contents from running into each other.
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(
                    ByteBuffer.allocate(1 + Long.BYTES)
                            .put((byte) 0)
                            .putLong(Files.size(file))
                            .flip());
            Sha256.update(digest, file);
        }
        return Sha256.hex(digest.digest());
    }

    @Override
    public Path source() {
        return source;
    }

    @Override
    public String sha256() {
        return sha256;
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public String label(int row) {
        return nameOf(files.get(row).getParent());
    }

    @Override
    public String where(int row) {
        return "'%s'".formatted(files.get(row));
    }

    @Override
    public ImageFolder pick(List<Integer> picked) {
        List<Path> some = picked.stream().map(files::get).toList();
        return new ImageFolder(source, Sha256.ofPart(sha256, picked), some);
    }

    /**
     * Returns the images.
     *
     * @return the files in the order of their labels and names, unmodifiable
     */
    public List<Path> files() {
        return files;
    }
}
