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

/**
 * Files and directories that appear whole or not at all: they are written under a temporary name
 * and moved to their place when complete. Whatever goes wrong, an older target stays as it was and
 * the temporary name is removed; if the program is killed, that is done when the target is written
 * the next time. Links are followed: what they lead to is written.
 *
 * <p>One thread of one process writes a target at a time; others wait.
 */
public final class AtomicFiles {

    /** Writes what is to appear, to a channel of a file or to the path of a directory. */
    @FunctionalInterface
    public interface Content<T> {

        /** Writes everything to a target. */
        void writeTo(T target) throws IOException;
    }

    /**
     * The beginning of temporary names; they are short, as a target's name may be as long as can
     * be.
     */
    private static final String TEMPORARY = ".tmp-";

    /** A folder that a newly made file system has in its root. */
    private static final String LOST_AND_FOUND = "lost+found";

    /** More links than any system follows. */
    private static final int LINKS = 64;

    private AtomicFiles() {}

    /**
     * Writes a file, replacing an older one; its folder must exist. Nothing is left behind if that
     * fails.
     */
    public static void writeFile(Path target, Content<FileChannel> content) throws IOException {
        Path file = requirePlace(target);
        String name = file.getFileName().toString();
        Path temporary = temporary(file.getParent(), name, "new");
        try {
            WriteLock.during(
                    temporary(file.getParent(), name, "lock"),
                    () -> {
                        deleteTree(temporary); // of a process that was killed
                        try {
                            write(temporary, content);
                            move(temporary, file);
                        } finally {
                            deleteTree(temporary);
                        }
                    });
        } catch (IOException e) {
            throw notWritten(target, e);
        }
    }

    /**
     * Requires that a file can have its place: before hours of work, for {@link #writeFile} asks it
     * again.
     *
     * @return the same place by a path that is no link
     */
    public static Path requirePlace(Path target) throws IOException {
        Path file = followed(target);
        if (Files.isDirectory(file)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "is a folder; name a file to write");
        }
        if (!Files.isDirectory(file.getParent())) {
            throw new NoSuchFileException(
                    target.toString(), null, "its folder does not exist; create the folder first");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "is not a regular file; name a file to write");
        }
        if (!Files.isWritable(file.getParent())) {
            throw notWritten(target, new AccessDeniedException(null));
        }
        return file;
    }

    private static void write(Path file, Content<FileChannel> content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.writeTo(channel);
            // Without this, a power failure after the move could leave an empty file.
            channel.force(false);
        }
    }

    /** Writes a text file in UTF-8, replacing an older one. */
    public static void writeString(Path target, String text) throws IOException {
        writeBytes(target, StandardCharsets.UTF_8.encode(text));
    }

    /** Writes the bytes from a buffer's position to its limit, replacing an older file. */
    public static void writeBytes(Path target, ByteBuffer bytes) throws IOException {
        writeFile(
                target,
                channel -> {
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                });
    }

    /** Writes a directory whose readers check for themselves that it is whole. */
    public static void writeDirectory(
            Path target, Predicate<Path> replaceable, Content<Path> content) throws IOException {
        writeDirectory(target, "", replaceable, content);
    }

    /**
     * Writes a directory. Missing parents are made. An existing empty directory is filled, and
     * needs no right to write beside it; one that holds something is replaced as a whole if {@code
     * replaceable} agrees, and otherwise refused. If that fails, no part is left behind, and what
     * was there stays.
     *
     * @param marker the name of the file by which readers know that the directory is whole: where
     *     files have to be moved into the directory one by one, it comes last
     */
    public static void writeDirectory(
            Path target, String marker, Predicate<Path> replaceable, Content<Path> content)
            throws IOException {
        Path directory = followed(target);
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw isThere(target);
        }
        DirectoryPlace place = new DirectoryPlace(directory, marker);
        try {
            Files.createDirectories(place.lock().getParent());
            WriteLock.during(
                    place.lock(),
                    () -> {
                        place.recover();
                        if (!place.isVacant() && !replaceable.test(directory)) {
                            throw isThere(target);
                        }
                        write(place, content);
                    });
        } catch (IOException e) {
            throw notWritten(target, e);
        }
    }

    /** Refuses, before long work for it, a target at which anything but an empty folder is. */
    public static void requireVacant(Path target) throws IOException {
        if (!new DirectoryPlace(followed(target), "").isVacant()) {
            throw isThere(target);
        }
    }

    private static void write(DirectoryPlace place, Content<Path> content) throws IOException {
        Path prepared = Files.createDirectory(place.prepared());
        try {
            content.writeTo(prepared);
            place.commit(prepared);
        } finally {
            deleteTree(prepared);
        }
    }

    private static FileAlreadyExistsException isThere(Path target) {
        return new FileAlreadyExistsException(
                target.toString(),
                null,
                "exists already and would be lost; choose another name or remove it first");
    }

    /**
     * Brings a directory back that is missing because a program was killed while it replaced it, or
     * finishes the newer one if that was complete.
     */
    public static void recover(Path target, String marker) throws IOException {
        DirectoryPlace place = new DirectoryPlace(followed(target), marker);
        if (!place.isInterrupted()) {
            return;
        }
        try {
            WriteLock.during(place.lock(), place::recover);
        } catch (IOException e) {
            throw new IOException(
                    ("%s was being replaced when a program was killed, and can't be brought back"
                         + " (%s); run the command once as a user who may write to its folder")
                            .formatted(target, reason(e)),
                    e);
        }
    }

    /**
     * Tells whether an entry of a directory counts: not what is there for a while, or belongs to
     * the file system.
     */
    public static boolean isContent(Path entry) {
        String name = entry.getFileName().toString();
        return !name.startsWith(TEMPORARY) && !name.equals(LOST_AND_FOUND);
    }

    /**
     * Returns a temporary name for a purpose, which does not count as {@linkplain #isContent
     * content}. It is for those who hold a lock: what is found there was left by a process that was
     * killed.
     */
    public static Path temporary(Path folder, String name, String purpose) {
        UUID hash = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return folder.resolve(TEMPORARY + hash + '.' + purpose);
    }

    /** Returns the same place, absolute, by a path that is no link. */
    public static Path followed(Path path) throws IOException {
        Path place = path.toAbsolutePath();
        for (int i = 0; Files.isSymbolicLink(place); i++) {
            if (i == LINKS) {
                throw new FileSystemException(
                        path.toString(), null, "is a link that leads in a circle; remove it");
            }
            place = place.resolveSibling(Files.readSymbolicLink(place));
        }
        return real(place);
    }

    /** Asks the system, which alone knows what is above a folder that a link leads to. */
    private static Path real(Path place) throws IOException {
        if (Files.exists(place)) {
            return place.toRealPath();
        }
        Path parent = place.getParent();
        return parent == null ? place : real(parent).resolve(place.getFileName()).normalize();
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Deletes a file or a directory with all that it holds; links are not followed. It need not
     * exist, and others may delete it, too.
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
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure)
                            throws IOException {
                        if (failure instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, IOException failure)
                            throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.deleteIfExists(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static IOException notWritten(Path target, IOException cause) {
        boolean said =
                cause instanceof FileAlreadyExistsException there
                        && target.toString().equals(there.getFile());
        if (said || cause instanceof MalformedFileException) {
            return cause;
        }
        // of a file in a temporary folder, which tells nobody much
        IOException first = cause instanceof NotWritten inner ? inner.cause : cause;
        return new NotWritten(
                target
                        + " could not be written ("
                        + reason(first)
                        + "); free some space or choose another folder",
                first);
    }

    /** Says what could not be written, and why. */
    private static final class NotWritten extends IOException {

        private static final long serialVersionUID = 1L;

        private final IOException cause;

        NotWritten(String message, IOException cause) {
            super(message, cause);
            this.cause = cause;
        }
    }

    /** Says what went wrong, and where unless it is a temporary name, which tells nobody much. */
    private static String reason(IOException cause) {
        if (!(cause instanceof FileSystemException failure)) {
            return cause.getMessage();
        }
        String reason = failure.getReason();
        if (reason == null) {
            reason = failure instanceof AccessDeniedException ? "permission denied" : "unreachable";
        }
        String file = failure.getFile();
        return file == null || file.contains(TEMPORARY) ? reason : file + ": " + reason;
    }
}
