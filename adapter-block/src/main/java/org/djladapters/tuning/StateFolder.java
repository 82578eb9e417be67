/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.WriteLock;

/**
 * The folder of the state of an unfinished run, which one run has at a time. It lies beside the
 * output; in the output where that is all that may be written to, or a volume of its own, which
 * outlives the container that the run is in.
 */
final class StateFolder implements AutoCloseable {

    /** Does not count as something that an output holds. */
    private static final String IN_OUTPUT = ".tmp-partial";

    private static final String LOCK = "run.lock";

    private final Path folder;
    private final WriteLock lock;

    private StateFolder(Path folder, WriteLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Takes the folder, which is made if it is missing; refuses one that another run has. */
    static StateFolder claim(Path output) throws IOException {
        Path folder = of(output);
        try {
            Files.createDirectories(folder);
            Optional<WriteLock> lock = WriteLock.tryTake(folder.resolve(LOCK));
            if (lock.isPresent()) {
                return new StateFolder(folder, lock.get());
            }
        } catch (FileSystemException e) {
            throw new IOException(
                    ("The state of the run can't be kept in '%s'; choose another output whose"
                                    + " parent folder can be written to")
                            .formatted(folder),
                    e);
        }
        throw new IOException(
                ("Output '%s' is in use by another run; wait until it has ended, or choose"
                                + " another folder")
                        .formatted(output));
    }

    /** Returns where the state of a run with this output lies, if there is one. */
    static Path of(Path output) throws IOException {
        Path place = AtomicFiles.followed(output);
        Path beside = place.resolveSibling(place.getFileName() + ".partial");
        Path inOutput = place.resolve(IN_OUTPUT);
        if (Files.isDirectory(inOutput)) {
            return inOutput;
        }
        boolean mayBeBeside = Files.isDirectory(beside) || !Files.isDirectory(place);
        return mayBeBeside || isPartOf(place.getParent(), place) ? beside : inOutput;
    }

    private static boolean isPartOf(Path parent, Path folder) throws IOException {
        return parent != null && Files.isWritable(parent) && device(parent).equals(device(folder));
    }

    /** Returns the device of a folder; {@code Files.getFileStore} fails in some containers. */
    private static Object device(Path folder) throws IOException {
        return folder.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Files.getAttribute(folder, "unix:dev")
                : "";
    }

    Path path() {
        return folder;
    }

    /** Deletes the state, when the run is done. */
    void delete() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(file -> !file.endsWith(LOCK)).toList()) {
                AtomicFiles.deleteTree(file);
            }
        } catch (NoSuchFileException e) {
            // it was in the output, which was replaced
        }
    }

    /** Lets others have the folder; it is deleted if there is no state in it. */
    @Override
    public void close() throws IOException {
        lock.close();
        try {
            Files.delete(folder);
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            // holds a state, or is gone with it
        }
    }
}
