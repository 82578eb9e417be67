/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The zip file of an archive: the names and sizes of its entries, checked. It is opened anew for
 * each use, so that nothing has to be closed in between. What is read of an entry is compared with
 * its checksum.
 */
final class ArchiveFile {

    /** Program text and pickles are held in memory; no export comes near this. */
    private static final long MAX_TEXT_BYTES = 64L << 20;

    /** Compression or overlapping entries can make any size out of a small file. */
    private static final long MAX_GROWTH = 100;

    /** The engine finds these whatever their case, and what it reads must be what was checked. */
    private static final Pattern KNOWN =
            Pattern.compile(
                    "code/.*\\.py(\\.debug_pkl)?|(data|constants)(\\.pkl|/.*)"
                            + "|(\\.data/)?version|byteorder");

    private static final Pattern LIKE_KNOWN =
            Pattern.compile(KNOWN.pattern(), Pattern.CASE_INSENSITIVE);

    private final Path path;
    private final FileTime modified;
    private final long fileSize;
    private final String root;
    private final Map<String, Long> sizes = new LinkedHashMap<>();
    private final Map<String, Long> checksums = new HashMap<>();

    private ArchiveFile(Path path, String root, List<ZipEntry> entries) throws IOException {
        this.path = path;
        this.modified = Files.getLastModifiedTime(path);
        this.fileSize = Files.size(path);
        this.root = root;
        long growing = MAX_GROWTH * fileSize;
        Set<String> names = new HashSet<>();
        for (ZipEntry entry : entries) {
            String name = entry.getName().substring(root.length() + 1);
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                throw suspicious(path, "it holds the entry " + entry.getName() + " twice");
            }
            if (LIKE_KNOWN.matcher(name).matches() && !KNOWN.matcher(name).matches()) {
                throw suspicious(
                        path, "the entry " + entry.getName() + " has letters in the wrong case");
            }
            sizes.put(name, entry.getSize());
            checksums.put(name, entry.getCrc());
            growing -= entry.getSize();
            if (entry.getSize() < 0 || growing < 0) {
                throw suspicious(
                        path,
                        "it unpacks to more than " + MAX_GROWTH + " times the size of the file");
            }
        }
    }

    static ArchiveFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new ArchiveException(
                    path + " is not a file; give the path of a TorchScript archive (.pt)");
        }
        checkFormat(path);
        try (ZipFile zip = new ZipFile(path.toFile())) {
            List<ZipEntry> files = new ArrayList<>();
            String root = null;
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                String name = entry.getName();
                checkName(path, name);
                String folder = name.substring(0, name.indexOf('/'));
                if (root != null && !root.equals(folder)) {
                    throw suspicious(
                            path, "it holds the two root folders " + root + " and " + folder);
                }
                root = folder;
                if (!entry.isDirectory()) {
                    files.add(entry);
                }
            }
            return new ArchiveFile(path, root == null ? "" : root, files);
        } catch (ZipException e) {
            throw new ArchiveException(
                    "%s is truncated or damaged (%s); get the file again"
                            .formatted(path, e.getMessage()),
                    e);
        }
    }

    private static void checkFormat(Path path) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(9);
        }
        if (startsWith(head, "PK\003\004") || startsWith(head, "PK\005\006")) {
            return;
        }
        String format = "no zip file";
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(".onnx") || (head.length > 1 && head[0] == 8 && head[1] < 16)) {
            format = "an ONNX model";
        } else if (startsWith(head, "GGUF")) {
            format = "a GGUF model";
        } else if (head.length == 9 && head[8] == '{') {
            format = "a safetensors file";
        } else if (startsWith(head, "\u0089HDF")) {
            format = "an HDF5 file";
        } else if (head.length > 0 && (head[0] & 0xff) == 0x80) {
            format = "a bare pickle of torch.save";
        } else if (head.length == 0) {
            format = "empty";
        }
        throw new ArchiveException(
                ("%s is %s, not a TorchScript archive; export the model with" + " torch.jit.save")
                        .formatted(path, format));
    }

    private static boolean startsWith(byte[] head, String magic) {
        byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
        return head.length >= bytes.length
                && Arrays.equals(head, 0, bytes.length, bytes, 0, bytes.length);
    }

    private static void checkName(Path path, String name) throws ArchiveException {
        boolean folder = name.endsWith("/");
        String[] parts = (folder ? name.substring(0, name.length() - 1) : name).split("/", -1);
        boolean clean =
                Arrays.stream(parts)
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        if (!clean
                || name.indexOf('\\') >= 0
                || name.indexOf(':') >= 0
                || name.chars().anyMatch(Character::isISOControl)) {
            throw suspicious(path, "the entry name '" + name + "' is unsafe");
        }
        if (parts.length == 1 && !folder) {
            throw suspicious(path, "the entry " + name + " lies outside its root folder");
        }
    }

    private static ArchiveException suspicious(Path path, String reason) {
        return new ArchiveException(
                "%s is not written by PyTorch: %s; get it from a trusted source"
                        .formatted(path, reason));
    }

    Path path() {
        return path;
    }

    String root() {
        return root;
    }

    /** Returns the sizes in bytes by the entries' names without the root folder, in order. */
    Map<String, Long> sizes() {
        return Collections.unmodifiableMap(sizes);
    }

    boolean contains(String name) {
        return sizes.containsKey(name);
    }

    Map<String, byte[]> read(List<String> names) throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        long total = 0;
        try (ZipFile zip = reopen()) {
            for (String name : names) {
                total += sizes.get(name);
                if (total > MAX_TEXT_BYTES) {
                    throw new ArchiveException(
                            path + " holds more program text than any model needs");
                }
                try (InputStream in = stream(zip, name)) {
                    contents.put(name, in.readAllBytes());
                }
            }
        }
        return contents;
    }

    /** Opens the file again and makes sure that it is still the same. */
    ZipFile reopen() throws IOException {
        if (!Files.getLastModifiedTime(path).equals(modified) || Files.size(path) != fileSize) {
            throw new ArchiveException(path + " was changed since it was opened; open it again");
        }
        try {
            return new ZipFile(path.toFile());
        } catch (ZipException e) {
            throw damaged(e.getMessage(), e);
        }
    }

    /** Opens an entry for reading, whose checksum is compared when its last byte is read. */
    InputStream stream(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(root + '/' + name);
        if (entry == null) {
            throw damaged(name + " is missing", null);
        }
        try {
            return new CheckedEntry(name, zip.getInputStream(entry));
        } catch (ZipException e) {
            throw damaged(name + ": " + e.getMessage(), e);
        }
    }

    void check(ZipFile zip, String name) throws IOException {
        try (InputStream in = stream(zip, name)) {
            drain(in);
        }
    }

    static void drain(InputStream in) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    private ArchiveException damaged(String reason, Exception cause) {
        return new ArchiveException(
                "%s is damaged (%s); get the file again".formatted(path, reason), cause);
    }

    /** Compares an entry with what the directory of the file says of it. */
    private final class CheckedEntry extends InputStream {

        private final String name;
        private final InputStream in;
        private final CRC32 crc = new CRC32();
        private long left;

        CheckedEntry(String name, InputStream in) throws ArchiveException {
            this.name = name;
            this.in = in;
            left = sizes.get(name);
            check();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read;
            try {
                read = in.read(bytes, offset, (int) Math.min(length, left));
            } catch (ZipException | EOFException e) {
                throw damaged(name + ": " + e.getMessage(), e);
            }
            if (read < 0) {
                throw damaged(name + " is shorter than it should be", null);
            }
            crc.update(bytes, offset, read);
            left -= read;
            check();
            return read;
        }

        private void check() throws ArchiveException {
            if (left == 0 && crc.getValue() != checksums.get(name)) {
                throw damaged("the checksum of " + name + " does not match", null);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
