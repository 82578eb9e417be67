/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipFile;

/**
 * A TorchScript archive (a file written by {@code torch.jit.save}): the tree of its modules, the
 * text of its program, and where its tensors lie.
 *
 * <p>An archive is immutable and holds only program text and object descriptions in memory; the
 * weights stay in the file, which must not change while the archive is used. Changes are made by an
 * {@link #edit() editor}, which writes another file.
 *
 * <p>Nothing in the file is believed before it is checked, which means: names and sizes of entries
 * are those that PyTorch writes; both pickles hold only the opcodes, classes and calls that
 * TorchScript writes, and every tensor lies within a storage whose entry has just its size; program
 * text nests no deeper than the engine can read; what is read of an entry has its checksum. It does
 * not mean that the program is harmless. A model is a program, and whoever runs it, runs what its
 * author wrote; {@link #requireNoFileAccess} refuses programs that could touch files.
 */
public final class TorchArchive {

    /** The entries besides the code that are held in memory. */
    private static final Set<String> TEXTS =
            Set.of("data.pkl", "constants.pkl", "version", ".data/version", "byteorder");

    private final ArchiveFile file;
    private final Map<String, byte[]> contents;
    private final Map<String, ClassText> classes;
    private final PickleReader.Contents data;
    private final PickleReader.Contents constants;
    private final Map<String, ScriptObject> objects;
    private final ModuleNode module;
    private final Set<String> storages = new HashSet<>();
    private Optional<String> fileAccess = Optional.empty();

    private TorchArchive(ArchiveFile file) throws IOException {
        this.file = file;
        this.contents = file.read(textEntries(file));
        this.classes = readClasses(contents);
        this.data = PickleReader.read("data.pkl", contents.get("data.pkl"));
        this.constants = PickleReader.read("constants.pkl", contents.get("constants.pkl"));
        if (!(data.value() instanceof ScriptObject root)) {
            throw new ArchiveException("data.pkl holds no module");
        }
        checkObjects();
        ModuleTree tree = new ModuleTree(classes);
        this.module = tree.build(root);
        this.objects = Collections.unmodifiableMap(tree.objects());
        checkVersion();
        checkStorages("data", data.tensors());
        checkStorages("constants", constants.tensors());
        checkConstants();
    }

    /**
     * Opens an archive.
     *
     * @throws ArchiveException if the file is not a TorchScript archive, is damaged, unsafe or
     *     frozen; the message says which
     */
    public static TorchArchive open(Path path) throws IOException {
        ArchiveFile file = ArchiveFile.open(path);
        try {
            return new TorchArchive(file);
        } catch (ArchiveException e) {
            if (e.getMessage().startsWith(path.toString())) {
                throw e;
            }
            throw new ArchiveException(path + ": " + e.getMessage(), e);
        }
    }

    private static List<String> textEntries(ArchiveFile file) throws ArchiveException {
        boolean hasCode = file.sizes().keySet().stream().anyMatch(TorchArchive::isCode);
        if (file.contains("data.pkl") && !hasCode) {
            throw new ArchiveException(
                    "this is a torch.save file with tensors but no program; export the model with"
                            + " torch.jit.trace and torch.jit.save");
        }
        boolean complete =
                file.contains("data.pkl")
                        && file.contains("constants.pkl")
                        && (file.contains("version") || file.contains(".data/version"));
        if (!complete) {
            throw new ArchiveException(
                    "this is a zip file but not a TorchScript archive (data.pkl, constants.pkl or"
                            + " version is missing); export the model with torch.jit.save");
        }
        return file.sizes().keySet().stream()
                .filter(name -> isCode(name) || TEXTS.contains(name))
                .toList();
    }

    private static boolean isCode(String name) {
        return name.startsWith("code/") && name.endsWith(".py");
    }

    private Map<String, ClassText> readClasses(Map<String, byte[]> contents)
            throws ArchiveException {
        byte[] order = contents.get("byteorder");
        if (order != null && !text(order).strip().equals("little")) {
            throw new ArchiveException(
                    "its weights are big-endian; export it on a little-endian machine");
        }
        Map<String, ClassText> classes = new LinkedHashMap<>();
        ProgramLimits limits = new ProgramLimits();
        for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
            String name = entry.getKey();
            if (isCode(name)) {
                String text = text(entry.getValue());
                List<SourceLine> lines = SourceLine.split(text, name);
                limits.add(name, text, lines);
                List<ClassText> found = ProgramText.classes(name, text, lines);
                found.forEach(type -> classes.put(type.qualifiedName(), type));
                fileAccess =
                        fileAccess
                                .or(() -> FileAccess.find(name, text, lines))
                                .or(() -> FileAccess.find(found));
            }
        }
        limits.checkChains();
        return Collections.unmodifiableMap(classes);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Checks both files of the version, of which the engine takes the second if it is there. */
    private void checkVersion() throws ArchiveException {
        for (String name : List.of("version", ".data/version")) {
            byte[] version = contents.get(name);
            if (version != null && !text(version).strip().matches("\\d{1,9}")) {
                throw new ArchiveException(name + " holds no version; get the file again");
            }
        }
    }

    private void checkObjects() throws ArchiveException {
        for (PickleReader.Contents pickle : List.of(data, constants)) {
            for (ScriptObject object : pickle.objects()) {
                if (!object.className().equals(PackedWeights.CLASS)) { // the engine has it
                    ModuleTree.requireClass(classes, object.className());
                }
            }
        }
    }

    /** Checks the sizes of storages, which the engine believes. */
    private void checkStorages(String folder, List<TensorRecord> tensors) throws ArchiveException {
        String pickle = folder + ".pkl";
        Map<String, TensorRecord> first = new LinkedHashMap<>();
        for (TensorRecord tensor : tensors) {
            String entry = folder + '/' + tensor.storageKey();
            storages.add(entry);
            TensorRecord other = first.putIfAbsent(tensor.storageKey(), tensor);
            if (other != null
                    && (other.dataType() != tensor.dataType()
                            || other.storageElements() != tensor.storageElements())) {
                throw new ArchiveException(
                        "%s describes the storage %s in two ways"
                                .formatted(pickle, tensor.storageKey()));
            }
            Long size = file.sizes().get(entry);
            if (size != null && size != tensor.storageBytes()) {
                throw new ArchiveException(
                        "%s has %s bytes where %s says %s; get the file again"
                                .formatted(entry, size, pickle, tensor.storageBytes()));
            }
        }
    }

    /**
     * Refuses a frozen model, whose weights are constants of the program, where no adapter reaches
     * them: no tensors are left in the modules, while the constants hold matrices.
     */
    private void checkConstants() throws ArchiveException {
        if (data.tensors().isEmpty()
                && constants.tensors().stream().anyMatch(c -> c.shape().dimension() > 1)) {
            throw new ArchiveException(
                    "the model is frozen: its weights have become constants of the program; export"
                            + " it without torch.jit.freeze and torch.jit.optimize_for_inference");
        }
        if (!(constants.value() instanceof List)) {
            throw new ArchiveException("constants.pkl holds no tuple; get the file again");
        }
        for (TensorRecord constant : constants.tensors()) {
            if (!file.contains("constants/" + constant.storageKey())) {
                throw new ArchiveException(
                        "constants/" + constant.storageKey() + " is missing; get the file again");
            }
        }
    }

    public Path path() {
        return file.path();
    }

    /** Returns the root of the tree of modules. */
    public ModuleNode module() {
        return module;
    }

    /** Returns a module by its path, which is empty for the root. */
    public Optional<ModuleNode> module(String path) {
        return module.stream().filter(node -> node.path().equals(path)).findFirst();
    }

    /** Returns the classes of the program by their qualified names, in the order of the archive. */
    public Map<String, ClassText> classes() {
        return classes;
    }

    public ClassText classOf(ModuleNode node) {
        return requireClass(node.className());
    }

    /** Returns the model's {@code forward}, with the names of its inputs and its outputs. */
    public MethodText forward() {
        return classOf(module)
                .method("forward")
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "The model in " + path() + " has no method forward"));
    }

    /**
     * Makes sure that the file can be given to the engine as it is: no entry is damaged, and the
     * pickles that the engine reads to tell an error's place are as sound as the others.
     */
    public void requireIntact() throws IOException {
        List<String> places = new ArrayList<>();
        try (ZipFile zip = file.reopen()) {
            for (String name : file.sizes().keySet()) {
                if (isCode(name.replaceAll("\\.debug_pkl$", "")) && !contents.containsKey(name)) {
                    places.add(name);
                } else if (!contents.containsKey(name)) {
                    file.check(zip, name);
                }
            }
        }
        for (Map.Entry<String, byte[]> place : file.read(places).entrySet()) {
            try {
                PickleReader.read(place.getKey(), place.getValue());
            } catch (ArchiveException e) {
                throw new ArchiveException(path() + ": " + e.getMessage(), e);
            }
        }
    }

    /**
     * Makes sure that the program can't touch files, as far as its text tells: that it calls no
     * operator which reads or writes them, none of a library that is not known here, and brings no
     * code that runs while it is loaded.
     */
    public void requireNoFileAccess() throws ArchiveException {
        if (fileAccess.isPresent()) {
            throw new ArchiveException(
                    ("%s %s, by which a model can read or write files; if you trust who made it,"
                         + " allow it (--allow-file-access, OpenOptions.optAllowFileAccess)")
                            .formatted(path(), fileAccess.get()));
        }
    }

    /**
     * Returns the keys of the storages whose bytes are not in the file. A stripped archive has
     * such; its editor must be given them before it can write.
     */
    public Set<String> missingStorages() {
        Set<String> missing = new LinkedHashSet<>();
        for (TensorRecord tensor : data.tensors()) {
            if (!file.contains(entryOf(tensor.storageKey()))) {
                missing.add(tensor.storageKey());
            }
        }
        return Collections.unmodifiableSet(missing);
    }

    /** Tells whether constants of the program are arrays of floating point, not single numbers. */
    public boolean hasConstantArrays() {
        return constants.tensors().stream()
                .anyMatch(
                        constant ->
                                constant.dataType().isFloating()
                                        && constant.storageElements() != 1);
    }

    /** Reads the elements of a tensor in row-major order, little-endian; at most 2 GiB. */
    public ByteBuffer read(TensorRecord tensor) throws IOException {
        String entry = entryOf(tensor.storageKey());
        if (!file.contains(entry)) {
            throw new ArchiveException("%s: %s is missing".formatted(path(), entry));
        }
        int elementBytes = TensorRecord.elementBytes(tensor.dataType());
        long first = tensor.offset() * elementBytes;
        long length = (tensor.storageEnd() - tensor.offset()) * elementBytes;
        if (Math.max(length, tensor.byteSize()) > Integer.MAX_VALUE - 8) {
            throw new ArchiveException("%s: a tensor in %s exceeds 2 GiB".formatted(path(), entry));
        }
        byte[] bytes;
        try (ZipFile zip = file.reopen();
                InputStream in = file.stream(zip, entry)) {
            in.skipNBytes(first);
            bytes = in.readNBytes((int) length);
            ArchiveFile.drain(in); // the checksum is that of all bytes
        }
        if (!tensor.isContiguous()) {
            bytes = gather(tensor, bytes, elementBytes);
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] gather(TensorRecord tensor, byte[] bytes, int elementBytes) {
        byte[] gathered = new byte[(int) tensor.byteSize()];
        long[] index = new long[tensor.shape().dimension()];
        for (int at = 0; at < gathered.length; at += elementBytes) {
            long position = 0;
            for (int d = 0; d < index.length; d++) {
                position += index[d] * tensor.strides().get(d);
            }
            System.arraycopy(bytes, (int) position * elementBytes, gathered, at, elementBytes);
            for (int d = index.length - 1; d >= 0 && ++index[d] == tensor.shape().get(d); d--) {
                index[d] = 0;
            }
        }
        return gathered;
    }

    /** Tells whether the program has a file {@code code/__torch__/….py}. */
    public boolean hasCode(String name) {
        return isCode(name) && file.contains(name);
    }

    /** Starts a changed copy of the archive. */
    public ArchiveEditor edit() {
        return new ArchiveEditor(this);
    }

    ArchiveFile file() {
        return file;
    }

    /** Returns whether an entry holds the bytes of a tensor that was described and checked. */
    boolean hasStorage(String entry) {
        return storages.contains(entry);
    }

    byte[] content(String name) {
        return contents.get(name);
    }

    PickleReader.Contents data() {
        return data;
    }

    PickleReader.Contents constants() {
        return constants;
    }

    ScriptObject object(String path) {
        ScriptObject object = objects.get(path);
        if (object == null) {
            throw new IllegalArgumentException(
                    "There is no module '%s' in %s".formatted(path, path()));
        }
        return object;
    }

    ClassText requireClass(String name) {
        ClassText type = classes.get(name);
        if (type == null) {
            throw new IllegalArgumentException(
                    "There is no class %s in %s".formatted(name, path()));
        }
        return type;
    }

    static String entryOf(String storageKey) {
        return "data/" + storageKey;
    }
}
