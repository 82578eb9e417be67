/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.fuzz;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Archives with other opcodes in their pickles, other words in their programs, other entries. Their
 * checksums are right, so that what reads the entries sees them.
 */
final class ArchiveTarget implements Target {

    private static final List<String> WORDS =
            List.of(
                    "self",
                    "x",
                    "(",
                    ")",
                    "[",
                    "]",
                    ",",
                    ".",
                    ":",
                    "=",
                    "\n",
                    "\n    ",
                    "\n  ",
                    "if ",
                    "else",
                    "not ",
                    "torch",
                    "ops",
                    "prim",
                    "None",
                    "True",
                    "0",
                    "1",
                    "-1",
                    "1e999",
                    "9223372036854775808",
                    "Tensor",
                    "List",
                    "Optional",
                    "int",
                    "str",
                    "def ",
                    "class ",
                    "return ",
                    "CONSTANTS",
                    "c0",
                    "__torch__",
                    "getattr",
                    "annotate",
                    "training",
                    "forward",
                    "weight",
                    "for ",
                    "in ",
                    "while ",
                    "\"a\"",
                    "\\",
                    "#",
                    "isinstance",
                    "unchecked_cast",
                    "uninitialized",
                    "fork",
                    "print",
                    "len");

    private final List<Map<String, byte[]>> archives;
    private final Usage usage;

    /** What is done with a model that was opened. */
    @FunctionalInterface
    interface Usage {
        void use(Path folder) throws IOException;
    }

    ArchiveTarget(List<Path> archives, Usage usage) throws IOException {
        this.archives = new ArrayList<>();
        this.usage = usage;
        for (Path archive : archives) {
            this.archives.add(read(archive));
        }
    }

    @Override
    public String name() {
        return "archive";
    }

    private static Map<String, byte[]> read(Path archive) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    @Override
    public void attempt(Random random, Path folder) throws IOException {
        Damage damage = new Damage(random);
        // the first is small and quick to open
        Map<String, byte[]> from = damage.rarely(16) ? damage.any(archives) : archives.get(0);
        Map<String, byte[]> entries = new LinkedHashMap<>(from);
        for (int i = damage.few(); i > 0; i--) {
            change(entries, damage, random);
        }
        Path file = folder.resolve("m.pt");
        write(file, entries, damage);
        if (damage.rarely(10)) {
            Files.write(file, damage.bytes(Files.readAllBytes(file)));
        }
        usage.use(folder);
    }

    private static void change(Map<String, byte[]> entries, Damage damage, Random random) {
        List<String> names = List.copyOf(entries.keySet());
        List<String> pickles = names.stream().filter(name -> name.endsWith(".pkl")).toList();
        List<String> code = names.stream().filter(name -> name.endsWith(".py")).toList();
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                String name = damage.any(pickles.isEmpty() ? names : pickles);
                entries.put(name, new Pickle(entries.get(name)).damaged(damage, random));
            }
            case 3, 4, 5 -> {
                String name = damage.any(code.isEmpty() ? names : code);
                String text = new String(entries.get(name), StandardCharsets.UTF_8);
                entries.put(name, damage.words(text, WORDS).getBytes(StandardCharsets.UTF_8));
            }
            case 6 -> {
                String name = damage.any(names);
                entries.put(name, damage.bytes(entries.get(name)));
            }
            default -> {
                String name = damage.any(names);
                byte[] bytes = entries.get(name);
                if (random.nextBoolean()) {
                    entries.remove(name);
                }
                if (random.nextBoolean()) {
                    entries.put(damage.words(name, List.of("a", "/", "..", "data", "code")), bytes);
                }
            }
        }
    }

    private static void write(Path file, Map<String, byte[]> entries, Damage damage)
            throws IOException {
        boolean compressed = damage.rarely(20);
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(entry.getKey());
                if (!compressed) {
                    CRC32 crc = new CRC32();
                    crc.update(entry.getValue());
                    header.setMethod(ZipEntry.STORED);
                    header.setSize(entry.getValue().length);
                    header.setCrc(crc.getValue());
                }
                zip.putNextEntry(header);
                zip.write(entry.getValue());
            }
        }
    }
}
