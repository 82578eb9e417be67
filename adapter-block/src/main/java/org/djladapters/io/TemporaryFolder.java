/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A folder in the system's folder for temporary files, which only this user may read. It is deleted
 * when it is closed, and when the program is asked to end (SIGTERM, SIGINT); what a program that
 * was killed has left is deleted when another makes its first.
 */
public final class TemporaryFolder implements AutoCloseable {

    private static final String PREFIX = "djl-adapters-tmp-";
    private static final String LOCK = "lock";

    /** How long a program that is asked to end waits for what is about to be closed anyway. */
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
     * Makes a folder.
     *
     * @return the folder, which the caller closes
     * @throws IOException if it can't be made
     */
    public static TemporaryFolder create() throws IOException {
        while (true) {
            Path path = Files.createTempDirectory(PREFIX);
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

    /**
     * Returns the path.
     *
     * @return the path of the folder
     */
    public Path path() {
        return path;
    }

    /**
     * Deletes the folder with all that it holds.
     *
     * @throws IOException if something can't be deleted
     */
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
