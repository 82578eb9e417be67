/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The place of a directory that is written as a whole, with the temporary names about it. Whoever
 * holds the place's lock is the only one to use these names, so that what is found under them was
 * left by a process that was killed.
 *
 * <p>A new directory is prepared under the name {@code new}, in the target if that is there, else
 * beside it. It then takes the target's place in one of two ways:
 *
 * <ul>
 *   <li>by renaming: the target becomes {@code old}, and the new one the target;
 *   <li>file by file, where the target is empty or can't be renamed, such as a volume of a
 *       container: {@code new} becomes {@code ready}, the older files are deleted, {@code ready}
 *       becomes {@code rest}, and the files are moved out of it.
 * </ul>
 *
 * <p>After any of these steps {@link #recover} can tell what is to be done: bring the older
 * directory back, or finish the newer one.
 */
final class DirectoryPlace {

    private final Path target;
    private final String marker;
    private final boolean renames;

    /**
     * Describes the place of a directory, which need not exist and is no link; the marker is the
     * file that goes first and comes last where files are moved one by one.
     */
    DirectoryPlace(Path target, String marker) {
        this.target = target;
        this.marker = marker;
        // also decides where the lock lies, so it must be the same for all that may write here
        renames =
                !Files.isDirectory(target)
                        || (target.getParent() != null && Files.isWritable(target.getParent()));
    }

    Path lock() {
        return own(renames ? target.getParent() : target, "lock");
    }

    /** Returns the path at which a new directory is prepared. */
    Path prepared() {
        return own(Files.isDirectory(target) ? target : target.getParent(), "new");
    }

    private Path older() {
        return own(target.getParent(), "old");
    }

    private Path ready() {
        return own(target, "ready");
    }

    private Path rest() {
        return own(target, "rest");
    }

    private Path own(Path folder, String purpose) {
        return AtomicFiles.temporary(folder, String.valueOf(target.getFileName()), purpose);
    }

    /** Tells whether a process was killed while the target was not whole. */
    boolean isInterrupted() throws IOException {
        return Files.isDirectory(ready())
                || Files.isDirectory(rest())
                || (target.getParent() != null && Files.isDirectory(older()) && isVacant());
    }

    /** Brings back or finishes what processes that were killed have left, and clears the rest. */
    void recover() throws IOException {
        if (renames) {
            if (Files.isDirectory(older()) && isVacant()) {
                // an empty directory was made by others; it may be one that can't be renamed
                rename(older(), Files.isDirectory(target) ? ready() : target);
            }
            AtomicFiles.deleteTree(older());
            AtomicFiles.deleteTree(own(target.getParent(), "new"));
        }
        finish();
        AtomicFiles.deleteTree(own(target, "new"));
    }

    /** Tells whether nothing is there, or an empty directory. */
    boolean isVacant() throws IOException {
        return Files.isDirectory(target)
                ? content(target, Comparator.naturalOrder()).isEmpty()
                : !Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    }

    /** Puts a prepared directory in the target's place. */
    void commit(Path directory) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            rename(directory, target);
        } else if (isVacant()) {
            rename(directory, ready());
            finish();
        } else if (!directory.startsWith(target)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "others have written to it in the meantime");
        } else if (!renames || !exchange(directory)) {
            rename(directory, ready());
            finish();
        }
    }

    /** Returns false, with nothing changed, if the target can't be renamed. */
    private boolean exchange(Path directory) throws IOException {
        try {
            rename(target, older());
        } catch (FileSystemException e) {
            return false;
        }
        try {
            rename(older().resolve(target.relativize(directory)), target);
        } catch (IOException e) {
            rename(older(), target);
            throw e;
        }
        AtomicFiles.deleteTree(older());
        return true;
    }

    private void finish() throws IOException {
        if (Files.isDirectory(ready())) {
            // who reads meanwhile shall find the older or the newer files, no mixture
            for (Path older : content(target, Comparator.comparing(this::isMarker).reversed())) {
                AtomicFiles.deleteTree(older);
            }
            rename(ready(), rest());
        }
        if (Files.isDirectory(rest())) {
            for (Path newer : content(rest(), Comparator.comparing(this::isMarker))) {
                rename(newer, target.resolve(newer.getFileName()));
            }
            AtomicFiles.deleteTree(rest());
        }
    }

    private boolean isMarker(Path entry) {
        return entry.getFileName().toString().equals(marker);
    }

    private static List<Path> content(Path folder, Comparator<Path> order) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(AtomicFiles::isContent).sorted(order).toList();
        }
    }

    private static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
}
