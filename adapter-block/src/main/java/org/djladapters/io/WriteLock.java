/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A place that one thread of one process writes to at a time. The lock is a file, which is deleted
 * at the end unless programs of others use it, too; the system takes the lock back when its process
 * dies, and a file that is left then is as good as none.
 *
 * <p>Where a file system has no locks, only the threads of this process are kept apart.
 */
public final class WriteLock implements AutoCloseable {

    /**
     * The lock files of this process. A file that is locked must not be opened a second time: on
     * POSIX systems a process loses a lock when it closes any of its channels of the file.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path file;
    private final FileChannel channel;
    private final boolean keepsOutProcesses;

    /** Whether the file stays, since programs of others lock it, too. */
    private boolean shared;

    private WriteLock(Path file, FileChannel channel, boolean keepsOutProcesses) {
        this.file = file;
        this.channel = channel;
        this.keepsOutProcesses = keepsOutProcesses;
    }

    /** An action that is run under a lock. */
    @FunctionalInterface
    public interface Action {

        void run() throws IOException;
    }

    /**
     * Runs an action under a lock, after waiting until nobody else has it. The file stands for the
     * place; its folder must exist.
     */
    public static void during(Path file, Action action) throws IOException {
        run(file, false, action);
    }

    /** Runs an action under a lock whose file other programs use, too, and which stays for them. */
    public static void duringShared(Path file, Action action) throws IOException {
        run(file, true, action);
    }

    private static void run(Path file, boolean shared, Action action) throws IOException {
        try (WriteLock lock = acquire(file, true).orElseThrow()) {
            lock.shared = shared;
            action.run();
        }
    }

    /** Takes a lock if no other process or thread has it. */
    public static Optional<WriteLock> tryTake(Path file) throws IOException {
        return acquire(file, false);
    }

    private static Optional<WriteLock> acquire(Path file, boolean wait) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path held = folder.toRealPath().resolve(file.getFileName());
        if (!hold(held, wait)) {
            return Optional.empty();
        }
        WriteLock lock = null;
        try {
            lock = lock(held, wait);
            return Optional.ofNullable(lock);
        } finally {
            if (lock == null) {
                release(held);
            }
        }
    }

    private static boolean hold(Path file, boolean wait) throws IOException {
        synchronized (HELD) {
            while (!HELD.add(file)) {
                if (!wait) {
                    return false;
                }
                try {
                    HELD.wait();
                } catch (InterruptedException e) {
                    throw interrupted(file);
                }
            }
            return true;
        }
    }

    private static void release(Path file) {
        synchronized (HELD) {
            HELD.remove(file);
            HELD.notifyAll();
        }
    }

    /** Returns null if another process has the lock. */
    private static WriteLock lock(Path file, boolean wait) throws IOException {
        while (true) {
            FileChannel channel = null;
            boolean locked = false;
            try {
                Object identity = made(file);
                channel =
                        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                Optional<Boolean> keepsOutProcesses = lock(channel, wait);
                if (keepsOutProcesses.isEmpty()) {
                    return null;
                }
                // Otherwise it is a file that its last owner has deleted.
                locked = Objects.equals(identity, identity(file));
                if (locked) {
                    return new WriteLock(file, channel, keepsOutProcesses.get());
                }
            } catch (NoSuchFileException e) {
                if (!Files.isDirectory(file.getParent())) {
                    throw e;
                }
            } catch (OverlappingFileLockException e) {
                // this class was loaded twice in this process, or others use the file too
                if (!wait) {
                    return null;
                }
                pause(file);
            } finally {
                if (channel != null && !locked) {
                    channel.close();
                }
            }
        }
    }

    private static void pause(Path file) throws IOException {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            throw interrupted(file);
        }
    }

    private static InterruptedIOException interrupted(Path file) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for " + file);
    }

    private static Object made(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // in use, or left by a process that was killed
        }
        return identity(file);
    }

    private static Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Returns nothing if another process has the lock, else whether it would be kept out. */
    private static Optional<Boolean> lock(FileChannel channel, boolean wait) throws IOException {
        try {
            FileLock lock = wait ? channel.lock() : channel.tryLock();
            return Optional.ofNullable(lock).map(FileLock::isValid);
        } catch (FileLockInterruptionException | ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            return Optional.of(false); // a file system without locks
        }
    }

    /** Tells whether other processes are kept out; false on a file system without locks. */
    boolean keepsOutProcesses() {
        return keepsOutProcesses;
    }

    /** Gives the lock back; a second time does nothing. */
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return; // others may have it by now
        }
        try {
            if (!shared) {
                // before others can have it, who would be left with a file that nobody sees
                Files.deleteIfExists(file);
            }
        } finally {
            try {
                channel.close();
            } finally {
                release(file);
            }
        }
    }
}
