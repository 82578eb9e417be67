/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import ai.djl.util.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.djladapters.io.MalformedFileException;

/** A file that grows as its bytes come; what an earlier try or process has left is kept. */
final class PartialFile implements HubHttp.Sink, Closeable {

    private final Path path;
    private final FileChannel channel;
    private final String source;
    private final long size;
    private final Progress progress;
    private long position;

    private PartialFile(
            Path path, FileChannel channel, String source, long size, Progress progress) {
        this.path = path;
        this.channel = channel;
        this.source = source;
        this.size = size;
        this.progress = progress;
    }

    /** Opens a file that is to have so many bytes from a source, which messages name. */
    static PartialFile open(Path path, String source, long size, Progress progress)
            throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        PartialFile file = new PartialFile(path, channel, source, size, progress);
        try {
            file.moveTo(channel.size() <= size ? channel.size() : 0);
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private synchronized void moveTo(long place) throws IOException {
        channel.truncate(place);
        position = place;
        if (progress != null) {
            progress.start(place);
        }
    }

    @Override
    public synchronized long resumesAt() {
        return position;
    }

    boolean isComplete() {
        return resumesAt() == size;
    }

    @Override
    public void begin(int status, HttpHeaders headers) throws IOException {
        long from = status == 206 ? start(headers) : 0;
        if (from != resumesAt()) {
            if (from != 0) {
                throw new MalformedFileException(
                        source,
                        "came from byte %d on where it was to come from byte %d on; try again later"
                                .formatted(from, resumesAt()));
            }
            startOver();
        }
    }

    /** Reads where a range begins: {@code bytes 100-199/200}. */
    private long start(HttpHeaders headers) {
        String range = headers.firstValue("Content-Range").orElse("");
        String from = range.replaceFirst("^bytes (\\d{1,18})-.*$", "$1");
        return from.matches("\\d+") ? Long.parseLong(from) : resumesAt();
    }

    @Override
    public synchronized void accept(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        if (position + length > size) {
            throw new MalformedFileException(
                    source,
                    "has more than its %d bytes; nothing of it is kept, try again later"
                            .formatted(size));
        }
        try {
            while (bytes.hasRemaining()) {
                position += channel.write(bytes, position);
            }
        } catch (IOException e) { // a full disk, which is no fault of the server
            FileSystemException full =
                    new FileSystemException(path.toString(), null, e.getMessage());
            full.initCause(e);
            throw full;
        }
        if (progress != null) {
            progress.increment(length);
        }
    }

    @Override
    public void startOver() throws IOException {
        moveTo(0);
    }

    /** Closes it when all is on the disk. */
    @Override
    public void close() throws IOException {
        try (channel) {
            channel.force(false);
        }
    }
}
