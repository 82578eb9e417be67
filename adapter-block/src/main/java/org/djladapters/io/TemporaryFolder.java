/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A folder among the system's temporary files, or in DJL's cache where these can't be written,
 * which only this user may read. It is deleted when it is closed, and when the program is asked to
 * end (SIGTERM, SIGINT); what a program that was killed has left is deleted when another makes its
 * first.
 */
public final class TemporaryFolder implements AutoCloseable {

    private static final String PREFIX = "djl-adapters-tmp-";
    private static final String LOCK = "lock";

    /** The time that a program that is asked to end waits for what is about to be closed anyway. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /** Those of this process. */
    private static final Set<TemporaryFolder> OPEN = new HashSet<>();

    private static boolean prepared;

    private final Path path;
    private final WriteLock lock;

    private TemporaryFolder(Path path, WriteLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes a folder, which the caller closes; where there is no place for it, the message says
     * what to do.
     */
    public static TemporaryFolder create() throws IOException {
        while (true) {
            Path path = Files.createTempDirectory(place(), PREFIX);
            try {
                Optional<WriteLock> lock = WriteLock.tryTake(path.resolve(LOCK));
                if (lock.isPresent()) {
                    return opened(new TemporaryFolder(path, lock.get()));
                }
            } catch (NoSuchFileException e) {
                // another process that clears the folder was faster, as above without a lock
            }
        }
    }

    /**
     * Opens a new file that is gone when it is closed or collected, or the process ends, in any
     * way: where the system allows it the file loses its name at once.
     */
    public static FileChannel openNameless() throws IOException {
        Path file = Files.createTempFile(place(), "djl-adapters-", null);
        return FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Returns where temporary files go: the system's folder if it can be written, else DJL's. */
    static Path place() throws IOException {
        if (isSystemsUsable()) {
            return systems();
        }
        Path cache = Utils.getCacheDir();
        try {
            Files.createDirectories(cache);
        } catch (IOException e) {
            // is no folder then
        }
        if (isUsable(cache)) {
            return cache;
        }
        throw new IOException(
                ("Temporary files can be written neither to '%s' nor to DJL's cache '%s'; name"
                                + " another folder with java -Djava.io.tmpdir=FOLDER")
                        .formatted(systems(), cache));
    }

    /** Tells whether temporary files can be written to the folder that the system has for them. */
    static boolean isSystemsUsable() {
        return isUsable(systems());
    }

    private static Path systems() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** Tells by trying whether files can be written, as rights do not tell all. */
    private static boolean isUsable(Path folder) {
        try {
            // not under the prefix of left-overs, which another process may delete at the same time
            Files.delete(Files.createTempDirectory(folder, "djl-adapters-trial-"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static TemporaryFolder opened(TemporaryFolder folder) throws IOException {
        synchronized (OPEN) {
            OPEN.add(folder);
            if (!prepared) {
                prepared = true;
                Thread end = new Thread(TemporaryFolder::deleteAll, "temporary-folders");
                Runtime.getRuntime().addShutdownHook(end);
                if (folder.lock.keepsOutProcesses()) {
                    deleteLeftOvers(folder.path);
                }
            }
        }
        return folder;
    }

    public Path path() {
        return path;
    }

    /** Deletes the folder with all that it holds. */
    @Override
    public void close() throws IOException {
        try {
            AtomicFiles.deleteTree(path);
        } catch (DirectoryNotEmptyException e) {
            // another process took it for a leftover when the lock was gone, and deletes it
        } finally {
            lock.close();
            synchronized (OPEN) {
                OPEN.remove(this);
                OPEN.notifyAll();
            }
        }
    }

    private static void deleteAll() {
        synchronized (OPEN) {
            long end = System.nanoTime() + PATIENCE;
            try {
                while (!OPEN.isEmpty() && System.nanoTime() < end) {
                    TimeUnit.NANOSECONDS.timedWait(OPEN, end - System.nanoTime());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            for (TemporaryFolder folder : OPEN) {
                try {
                    AtomicFiles.deleteTree(folder.path);
                } catch (IOException e) {
                    // in use; the next program deletes it
                }
            }
        }
    }

    /** Deletes what programs that were killed have left, as far as it is this user's. */
    private static void deleteLeftOvers(Path own) {
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(own.getParent(), PREFIX + "*")) {
            for (Path folder : folders) {
                deleteLeftOver(folder, Files.getOwner(own));
            }
        } catch (IOException | DirectoryIteratorException | UnsupportedOperationException e) {
            // costs space, but nothing that this program is to do
        }
    }

    private static void deleteLeftOver(Path folder, UserPrincipal user) {
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(user)) {
                return;
            }
            Optional<WriteLock> lock = WriteLock.tryTake(folder.resolve(LOCK));
            if (lock.isPresent()) {
                new TemporaryFolder(folder, lock.get()).close();
            }
        } catch (IOException e) {
            // as above, or another program was faster
        }
    }
}
