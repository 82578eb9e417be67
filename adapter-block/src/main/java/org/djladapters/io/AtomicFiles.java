/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Files and directories that appear whole or not at all: they are written under a temporary name
 * beside their target and moved there when complete. Whatever goes wrong, an older target stays as
 * it was and the temporary name is removed.
 */
public final class AtomicFiles {

    /**
     * Writes what is to appear.
     *
     * @param <T> where to: a channel of a file, or the path of a directory
     */
    @FunctionalInterface
    public interface Content<T> {

        /**
         * Writes everything.
         *
         * @param target where to
         * @throws IOException if it can't be written
         */
        void writeTo(T target) throws IOException;
    }

    private AtomicFiles() {}

    /**
     * Writes a file, replacing the one that may be there.
     *
     * @param target the file; its folder must exist
     * @param content writes the bytes
     * @throws IOException if the file can't be written; nothing is left behind then
     */
    public static void writeFile(Path target, Content<FileChannel> content) throws IOException {
        if (Files.isDirectory(target)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "is a folder; name a file to write");
        }
        if (!Files.isDirectory(folderOf(target))) {
            throw new NoSuchFileException(
                    target.toString(), null, "its folder does not exist; make the folder first");
        }
        Path temporary = sibling(target);
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                // Without this, a power failure after the move could leave an empty file.
                channel.force(false);
            }
            move(temporary, target);
        } catch (IOException e) {
            throw notWritten(target, temporary, e);
        } finally {
            deleteTree(temporary);
        }
    }

    /**
     * Writes a text file in UTF-8, replacing the one that may be there.
     *
     * @param target the file; its folder must exist
     * @param text what it shall hold
     * @throws IOException if the file can't be written; nothing is left behind then
     */
    public static void writeString(Path target, String text) throws IOException {
        writeBytes(target, StandardCharsets.UTF_8.encode(text));
    }

    /**
     * Writes bytes.
     *
     * @param target the file; it appears complete or not at all
     * @param bytes what it holds, from the position to the limit
     * @throws IOException as {@link #writeFile}
     */
    public static void writeBytes(Path target, ByteBuffer bytes) throws IOException {
        writeFile(
                target,
                channel -> {
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                });
    }

    /**
     * Writes a directory. Missing parents are made. An existing empty directory is filled; one that
     * holds something is replaced as a whole if {@code replaceable} agrees, and otherwise refused.
     *
     * @param target the directory
     * @param replaceable tells whether a directory that holds something may be replaced
     * @param content writes the files into the directory that it is given
     * @throws IOException if the directory can't be written or must not be replaced; no part of it
     *     is left behind then, and what was there stays
     */
    public static void writeDirectory(
            Path target, Predicate<Path> replaceable, Content<Path> content) throws IOException {
        if (Files.exists(target) && !mayReplace(target, replaceable)) {
            throw new FileAlreadyExistsException(
                    target.toString(),
                    null,
                    "is there already and would be lost; choose another name or remove it first");
        }
        Path temporary = sibling(target);
        try {
            Files.createDirectories(folderOf(target));
            Files.createDirectory(temporary);
            content.writeTo(temporary);
            exchange(temporary, target);
        } catch (IOException e) {
            throw notWritten(target, temporary, e);
        } finally {
            // Holds what was half written, or what the new directory replaced.
            deleteTree(temporary);
        }
    }

    private static boolean mayReplace(Path target, Predicate<Path> replaceable) throws IOException {
        if (!Files.isDirectory(target)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(target)) {
            return entries.findAny().isEmpty() || replaceable.test(target);
        }
    }

    /** Moves a directory into place; what was there takes the directory's old name. */
    private static void exchange(Path temporary, Path target) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            move(temporary, target);
            return;
        }
        Path older = sibling(target);
        move(target, older);
        try {
            move(temporary, target);
        } catch (IOException e) {
            move(older, target);
            throw e;
        }
        move(older, temporary);
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Deletes a file or a directory with all that it holds; links are not followed.
     *
     * @param root what is deleted; it need not exist
     * @throws IOException if something can't be deleted
     */
    public static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, IOException failure)
                            throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Short and independent of the target's name, which may be as long as a name can be. */
    private static Path sibling(Path target) {
        return folderOf(target).resolve(".tmp-" + UUID.randomUUID());
    }

    private static Path folderOf(Path target) {
        Path absolute = target.toAbsolutePath().normalize();
        return absolute.getParent() == null ? absolute : absolute.getParent();
    }

    private static IOException notWritten(Path target, Path temporary, IOException cause) {
        if (cause instanceof MalformedFileException) {
            return cause;
        }
        String reason =
                cause instanceof FileSystemException failure
                        ? describe(failure, temporary)
                        : cause.getMessage();
        return new IOException(
                target
                        + " could not be written ("
                        + reason
                        + "); free some space or choose another folder",
                cause);
    }

    /** Says what went wrong, and where unless it is the temporary name, which tells nobody much. */
    private static String describe(FileSystemException failure, Path temporary) {
        String reason = failure.getReason();
        if (reason == null) {
            reason = failure instanceof AccessDeniedException ? "permission denied" : "unreachable";
        }
        String file = failure.getFile();
        return file == null || file.startsWith(temporary.toString())
                ? reason
                : file + ": " + reason;
    }
}
