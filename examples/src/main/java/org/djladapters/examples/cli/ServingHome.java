/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDList;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.lang3.StringUtils;
import org.apache.commons.math3.util.FastMath;
import org.apache.commons.text.StringEscapeUtils;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.serving.AdapterTranslatorFactory;
import org.djladapters.task.TaskModel;

/**
 * A folder from which DJL Serving serves a model with its adapters, and needs nothing else:
 *
 * <pre>
 * config.properties           load all models of the folder models
 * deps/                       the jars that DJL Serving may not have
 * models/NAME/                the model as TorchScript, serving.properties
 * models/NAME/adapters/ACME/  an adapter, which may come, change and go later
 * </pre>
 */
final class ServingHome {

    private static final String CONFIG =
            """
            inference_address=http://127.0.0.1:8080
            management_address=http://127.0.0.1:8081
            model_store=models
            load_models=ALL
            """;

    /** What the server is told of the model; one worker has all threads of the engine. */
    private static final String SERVING =
            """
            translatorFactory=%s
            batch_size=32
            max_batch_delay=1
            job_queue_size=1000
            minWorkers=1
            maxWorkers=1
            """;

    /** A class of each library that DJL Serving does not have. */
    private static final List<Class<?>> LIBRARIES =
            List.of(
                    AdaptedModel.class,
                    HuggingFaceTokenizer.class,
                    Pattern.class,
                    CSVFormat.class,
                    FastMath.class,
                    StringEscapeUtils.class,
                    StringUtils.class);

    private ServingHome() {}

    /**
     * Writes the folder.
     *
     * @param adapters a folder whose subfolders are adapters of the model, if there is one
     * @return the name by which the server knows the model
     * @throws IOException if something is there already, an adapter is damaged or for another
     *     model, or a file can't be written
     */
    static String write(AdaptedModel model, Optional<Path> adapters, Path home) throws IOException {
        AtomicFiles.requireVacant(home);
        List<Path> jars = jars();
        List<Path> chosen = adapters.isPresent() ? adapters(model, adapters.get()) : List.of();
        AtomicFiles.writeDirectory(
                home,
                older -> false,
                folder -> {
                    Files.writeString(folder.resolve("config.properties"), CONFIG);
                    copy(jars, Files.createDirectory(folder.resolve("deps")));
                    Path written =
                            writeModel(model, Files.createDirectory(folder.resolve("models")));
                    Path served = Files.createDirectory(written.resolve("adapters"));
                    for (Path adapter : chosen) {
                        copy(
                                files(adapter, Files::isRegularFile),
                                Files.createDirectory(served.resolve(name(adapter))));
                    }
                });
        return files(home.resolve("models"), Files::isDirectory).get(0).getFileName().toString();
    }

    /** Returns the jars that the class path has of the libraries. */
    private static List<Path> jars() throws IOException {
        Path library = jar(AdaptedModel.class);
        if (Files.isDirectory(library)) {
            throw new IOException(
                    library
                            + " is no jar, which DJL Serving needs; run the built program:"
                            + " mvn -DskipTests package, java -jar examples/target/adapters.jar");
        }
        return LIBRARIES.stream().map(ServingHome::jar).toList();
    }

    private static Path jar(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the adapters of a folder; each can be loaded. */
    private static List<Path> adapters(AdaptedModel model, Path folder) throws IOException {
        List<Path> found;
        try (Stream<Path> entries = Files.list(folder)) {
            found = entries.filter(AdapterDirectory::holdsAdapter).sorted().toList();
        }
        for (Path adapter : found) {
            AdapterDirectory.requireOwnFiles(adapter);
            AdapterDirectory.load(model, name(adapter), adapter);
            model.delete(name(adapter));
        }
        return found;
    }

    private static String name(Path adapter) {
        return adapter.getFileName().toString();
    }

    private static Path writeModel(AdaptedModel model, Path models) throws IOException {
        Path written = models.resolve("model");
        try (TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
            task.export(written);
        }
        Path properties = written.resolve("serving.properties");
        String others;
        try (Stream<String> lines = Files.lines(properties)) {
            others =
                    lines.filter(line -> !line.startsWith("translatorFactory="))
                            .collect(Collectors.joining("\n", "", "\n"));
        }
        Files.writeString(
                properties, others + SERVING.formatted(AdapterTranslatorFactory.class.getName()));
        return Files.move(written, models.resolve(modelName(properties)));
    }

    /** Returns the name of the model as the server spells it in its paths. */
    private static String modelName(Path properties) throws IOException {
        Properties entries = new Properties();
        try (var reader = Files.newBufferedReader(properties)) {
            entries.load(reader);
        }
        return entries.getProperty("option.modelName").replaceAll("\\W", "_");
    }

    private static List<Path> files(Path folder, Predicate<Path> kind) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(AtomicFiles::isContent).filter(kind).toList();
        }
    }

    private static void copy(List<Path> files, Path folder) throws IOException {
        for (Path file : files) {
            Files.copy(file, folder.resolve(file.getFileName().toString()));
        }
    }
}
