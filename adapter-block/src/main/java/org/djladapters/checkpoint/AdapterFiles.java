/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterRecord;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.program.CompanionFiles;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.OwnFiles;
import org.djladapters.safetensors.ForeignFiles;

/** The files of an adapter directory: their names, and where such a directory can be. */
final class AdapterFiles {

    static final String CONFIG = "adapter_config.json";
    static final String TENSORS = "adapter_model.safetensors";
    static final String README = "README.md";
    private static final String PICKLE = "adapter_model.bin";

    /** Further files that texts can be given for when an adapter is saved. */
    static final Set<String> TEXTS =
            Set.of(LabelsFile.NAME, OutputLabels.MODEL, AdapterDirectory.PROVENANCE, README);

    private static final Set<String> ALL =
            Stream.concat(Stream.of(TENSORS), CompanionFiles.ADAPTER.stream())
                    .collect(Collectors.toUnmodifiableSet());

    /** The base model in the front matter of a card: the only one, or the first of several. */
    private static final Pattern BASE_IN_CARD =
            Pattern.compile("base_model:\\s*(?:-\\s*)?[\"']?([\\w./-]+)");

    private static final String FRONT_MATTER = "---";

    private AdapterFiles() {}

    /** Lists the names of an adapter's files that are there, sorted. */
    static List<String> in(Path directory) {
        return ALL.stream()
                .filter(name -> Files.isRegularFile(directory.resolve(name)))
                .sorted()
                .toList();
    }

    /** Returns a file of a directory that must be there. */
    static Path require(Path directory, String name) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            AtomicFiles.recover(directory, CONFIG);
        }
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    file.toString(),
                    null,
                    "is missing; give a folder that holds " + CONFIG + " and " + TENSORS);
        }
        return file;
    }

    /** Returns the file of the tensors, which must be one that no code is run for. */
    static Path requireTensors(Path directory) throws IOException {
        if (!Files.exists(directory.resolve(TENSORS)) && Files.exists(directory.resolve(PICKLE))) {
            throw ForeignFiles.pickle(directory.resolve(PICKLE));
        }
        return require(directory, TENSORS);
    }

    /** Refuses a directory in which a file is a link that leads out of it. */
    static void requireOwn(Path directory) throws IOException {
        for (String name : ALL) {
            OwnFiles.require(directory, name);
        }
    }

    /** Tells whether a directory holds an adapter and nothing that is not part of one. */
    static boolean isAdapter(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return Files.isRegularFile(directory.resolve(CONFIG))
                    && files.filter(AtomicFiles::isContent)
                            .allMatch(
                                    file ->
                                            Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                                                    && ALL.contains(file.getFileName().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Refuses a place where an adapter can't be saved; see {@link AdapterDirectory}. */
    static void requireSavable(Path directory, boolean overwrite) throws IOException {
        AtomicFiles.recover(directory, CONFIG);
        Path place = AtomicFiles.followed(directory);
        if (Files.isDirectory(place)) {
            requireReplaceable(directory, place, overwrite);
        } else if (Files.exists(place)) {
            throw new IOException("Output '%s' is a file; choose a folder".formatted(directory));
        }
        while (!Files.exists(place) && place.getParent() != null) {
            place = place.getParent();
        }
        if (!Files.isDirectory(place) || !Files.isWritable(place)) {
            throw new IOException(
                    ("Output '%s' can't be written, since '%s' is not a folder that can be"
                                    + " written to; choose another place")
                            .formatted(directory, place));
        }
    }

    private static void requireReplaceable(Path named, Path directory, boolean overwrite)
            throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            if (files.noneMatch(AtomicFiles::isContent)) {
                return;
            }
        }
        if (!isAdapter(directory)) {
            throw new IOException(
                    "Output '%s' is a folder with other files; choose a new one".formatted(named));
        }
        if (!overwrite) {
            throw new FileAlreadyExistsException(
                    named.toString(),
                    null,
                    "exists already and would be lost; choose another folder, or overwrite it"
                            + " (--overwrite, optOverwrite)");
        }
    }

    /** Reads the name of the base model from the configuration, or else from the card. */
    static Optional<String> baseModel(Path directory) throws IOException {
        Optional<String> base = text(config(directory), "base_model_name_or_path");
        return base.isPresent() ? base : baseInCard(directory.resolve(README));
    }

    /** Reads the configuration. */
    static ConfigFields config(Path directory) throws IOException {
        return ConfigFields.read(require(directory, CONFIG));
    }

    /** Reads a text of the configuration, empty if there is none. */
    static Optional<String> text(ConfigFields fields, String name) throws IOException {
        return Optional.of(fields.string(name, "")).filter(text -> !text.isEmpty());
    }

    /** Reads the base model from the lines before the text of a card, as the hub does. */
    private static Optional<String> baseInCard(Path card) throws IOException {
        if (!Files.isRegularFile(card)) {
            return Optional.empty();
        }
        String text = Files.readString(card, StandardCharsets.ISO_8859_1); // names are of ASCII
        int end = text.indexOf(FRONT_MATTER, FRONT_MATTER.length());
        if (!text.startsWith(FRONT_MATTER) || end < 0) {
            return Optional.empty();
        }
        Matcher base = BASE_IN_CARD.matcher(text.substring(0, end));
        return base.find() ? Optional.of(base.group(1)) : Optional.empty();
    }

    /** Returns the method that a configuration names by its {@code peft_type}. */
    static MethodDescriptor method(ConfigFields fields) throws IOException {
        List<MethodDescriptor> methods = Methods.descriptors();
        List<String> known = methods.stream().map(method -> method.format().peftType()).toList();
        String type = fields.string("peft_type", null);
        if (type == null) {
            throw fields.missing("peft_type", "one of " + known);
        }
        return methods.stream()
                .filter(method -> method.format().peftType().equals(type))
                .findFirst()
                .orElseThrow(
                        () ->
                                fields.invalid(
                                        ("the field 'peft_type' is %s, a method that this version"
                                             + " does not know%s; adapters of the types %s can be"
                                             + " loaded")
                                                .formatted(
                                                        quote(type),
                                                        MissingTypes.reason(type)
                                                                .map(reason -> ": " + reason)
                                                                .orElse(""),
                                                        known)));
    }

    /** Returns the contents of the files that tell what the outputs of an adapter are called. */
    static Map<String, String> ofOutputs(AdapterRecord record) {
        Map<String, String> texts = new TreeMap<>();
        record.labels().ifPresent(names -> texts.put(LabelsFile.NAME, LabelsFile.text(names)));
        record.classifier().ifPresent(config -> texts.put(OutputLabels.MODEL, config));
        return texts;
    }

    /** Returns the contents of all files that tell what is known of an adapter. */
    static Map<String, String> of(AdapterRecord record) {
        Map<String, String> texts = ofOutputs(record);
        record.provenance().ifPresent(text -> texts.put(AdapterDirectory.PROVENANCE, text));
        return texts;
    }
}
