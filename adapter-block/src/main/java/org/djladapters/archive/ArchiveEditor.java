/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * A changed copy of an archive in the making. The archive itself stays as it is; what is not
 * changed is copied byte for byte. All statements, modules and tensors are named as they are in the
 * archive, whatever was changed before. An editor is not safe for use by several threads.
 */
public final class ArchiveEditor {

    private final TorchArchive archive;
    private final Map<Place, Splice> replaced = new LinkedHashMap<>();
    private final List<Splice> newMethods = new ArrayList<>();

    /** The types of new attributes by their names, by class. */
    private final Map<String, Map<String, String>> newAttributes = new LinkedHashMap<>();

    /** Those of the new attributes that are parameters. */
    private final Map<String, List<String>> newParameters = new LinkedHashMap<>();

    private final Map<String, byte[]> newCode = new LinkedHashMap<>();
    private final Map<String, Storage> storages = new LinkedHashMap<>();
    private final Map<String, Storage> constants = new LinkedHashMap<>();
    private final List<PicklePatch> patches = new ArrayList<>();

    /** The tensors that are dropped, by the keys of their storages. */
    private final Map<String, Set<Drop>> drops = new LinkedHashMap<>();

    private long nextStorage;
    private boolean knownOnly;
    private boolean rounded;

    /** The place where a replaced text starts. */
    private record Place(String file, int start) {}

    /** A part of a file of the program and the text that takes its place. */
    private record Splice(String file, int start, int end, String text) {}

    private record Storage(long size, TensorData data) {}

    /**
     * A tensor that is added.
     *
     * @param bytes the elements in row-major order, little-endian
     */
    public record NewTensor(DataType dataType, Shape shape, ByteBuffer bytes) {}

    /** An attribute of an object that gets an empty tensor. */
    private record Drop(ScriptObject object, String attribute, TensorRecord tensor) {}

    ArchiveEditor(TorchArchive archive) {
        this.archive = archive;
        this.nextStorage =
                Stream.concat(
                                archive.file().sizes().keySet().stream()
                                        .filter(name -> name.matches("data/\\d{1,9}"))
                                        .map(name -> name.substring("data/".length())),
                                archive.data().tensors().stream().map(TensorRecord::storageKey))
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElse(-1);
    }

    /** Replaces a statement of a class's method by lines, indented relative to the statement. */
    public ArchiveEditor replaceStatement(ClassText type, Statement statement, String... lines) {
        requireOwn(type);
        if (type.methods().stream().noneMatch(m -> m.statements().contains(statement))) {
            throw new IllegalArgumentException(
                    "The class %s has no statement '%s'"
                            .formatted(type.qualifiedName(), statement.text()));
        }
        String text = String.join("\n" + " ".repeat(statement.indent()), lines);
        Splice splice = new Splice(type.file(), statement.start(), statement.end(), text);
        return replace(splice, "The statement '" + statement.text() + "' was replaced before");
    }

    private ArchiveEditor replace(Splice splice, String refusal) {
        if (replaced.putIfAbsent(new Place(splice.file(), splice.start()), splice) != null) {
            throw new IllegalArgumentException(refusal);
        }
        return this;
    }

    /**
     * Gives every object of a class another parameter, each with a storage of its own.
     *
     * @param dataType the element type; the engine takes only floating point types for parameters
     * @param bytes the elements in row-major order, little-endian
     */
    public ArchiveEditor addParameter(
            ClassText type, String name, DataType dataType, Shape shape, ByteBuffer bytes) {
        List<ScriptObject> objects = newAttribute(type, name, "Tensor");
        newParameters.computeIfAbsent(type.qualifiedName(), key -> new ArrayList<>()).add(name);
        for (ScriptObject object : objects) {
            TensorRecord tensor =
                    newTensor("parameter " + name, dataType, shape, bytes, dataType.isFloating());
            insert(object.dictStart(), name, tensor);
        }
        return this;
    }

    /** Gives every object of a class another attribute of an optional type, which is None. */
    public ArchiveEditor addOptional(ClassText type, String name, String valueType) {
        PickleWriter opcodes = new PickleWriter().text(name).none().setItem();
        for (ScriptObject object : newAttribute(type, name, "Optional[" + valueType + "]")) {
            patches.add(PicklePatch.at(object.dictStart(), opcodes));
        }
        return this;
    }

    /**
     * Gives every object of a class a tensor that is no parameter, as another attribute.
     *
     * @param tensors the tensors by the {@linkplain ModuleNode#objectId objects}
     */
    public ArchiveEditor addTensors(ClassText type, String name, Map<Integer, NewTensor> tensors) {
        for (ScriptObject object : newAttribute(type, name, "Tensor")) {
            NewTensor own = tensors.get(object.dictStart());
            TensorRecord tensor = newTensor(own.dataType(), own.shape(), own.bytes());
            insert(object.dictStart(), name, tensor);
        }
        return this;
    }

    /**
     * Gives every object of a class weights that the engine packs when it loads the archive, for
     * {@code ops.quantized.linear_dynamic}, as another attribute.
     *
     * @param weights the weights by the {@linkplain ModuleNode#objectId objects}
     */
    public ArchiveEditor addPackedWeights(
            ClassText type, String name, Map<Integer, PackedWeights> weights) {
        for (ScriptObject object : newAttribute(type, name, PackedWeights.CLASS)) {
            PackedWeights own = weights.get(object.dictStart());
            Shape rows = new Shape(own.rows());
            PickleWriter opcodes =
                    new PickleWriter()
                            .text(name)
                            .packed(
                                    newTensor(
                                            DataType.INT8,
                                            new Shape(own.rows(), own.columns()),
                                            own.values()),
                                    newTensor(DataType.FLOAT64, rows, own.scales()),
                                    newTensor(
                                            DataType.INT64,
                                            rows,
                                            ByteBuffer.allocate(own.rows() * Long.BYTES)),
                                    own.bias()
                                            .map(b -> newTensor(DataType.FLOAT32, rows, b))
                                            .orElse(null))
                            .setItem();
            patches.add(PicklePatch.at(object.dictStart(), opcodes));
        }
        return this;
    }

    private TensorRecord newTensor(DataType dataType, Shape shape, ByteBuffer bytes) {
        return newTensor("a new tensor", dataType, shape, bytes, false);
    }

    private TensorRecord newTensor(
            String what,
            DataType dataType,
            Shape shape,
            ByteBuffer bytes,
            boolean requiresGradient) {
        TensorRecord tensor =
                new TensorRecord(
                        newStorageKey(),
                        dataType,
                        shape.size(),
                        0,
                        shape,
                        TensorRecord.rowMajorStrides(shape),
                        requiresGradient);
        requireSize(what, tensor.byteSize(), bytes);
        putStorage(tensor, TensorData.of(bytes));
        return tensor;
    }

    /**
     * Gives a module an empty tensor in the place of one. Its elements are left out of the file if
     * nothing else has them.
     */
    public ArchiveEditor dropTensor(String modulePath, String attribute) {
        TensorRecord tensor = requireTensor(modulePath, attribute);
        drops.computeIfAbsent(tensor.storageKey(), key -> new LinkedHashSet<>())
                .add(new Drop(archive.object(modulePath), attribute, tensor));
        return this;
    }

    /** Tells whether a storage is left out: whether all tensors that lie in it are dropped. */
    private boolean isDropped(String key) {
        return drops.containsKey(key) && drops.get(key).size() == archive.data().uses().get(key);
    }

    /** Gives a class another method of lines, indented relative to the members of the class. */
    public ArchiveEditor addMethod(ClassText type, String... lines) {
        requireOwn(type);
        String newLine = "\n" + type.declarations().indent();
        int end =
                type.methods().stream()
                        .flatMap(method -> method.statements().stream())
                        .mapToInt(Statement::end)
                        .max()
                        .orElseThrow();
        newMethods.add(new Splice(type.file(), end, end, newLine + String.join(newLine, lines)));
        return this;
    }

    /** Renames a method, but no calls of it, so that an added method can take its name. */
    public ArchiveEditor renameMethod(ClassText type, String method, String name) {
        requireOwn(type);
        boolean taken =
                type.method(name).isPresent()
                        || type.attributes().stream().anyMatch(known -> known.name().equals(name));
        if (type.method(method).isEmpty() || taken || !name.matches("[A-Za-z_]\\w*")) {
            throw new IllegalArgumentException(
                    ("The method '%s' of the class %s can't be renamed to '%s': there is no"
                                    + " such method, or the name is taken or invalid")
                            .formatted(method, type.qualifiedName(), name));
        }
        int start = type.method(method).get().nameStart();
        Splice splice = new Splice(type.file(), start, start + method.length(), name);
        return replace(splice, "The method '" + method + "' was renamed before");
    }

    /**
     * Replaces the elements of a tensor by others in row-major order, little-endian; shape and type
     * stay. Other tensors keep their elements, even those that share the tensor's storage.
     */
    public ArchiveEditor replaceTensor(String modulePath, String attribute, ByteBuffer bytes) {
        long size = requireTensor(modulePath, attribute).byteSize();
        requireSize(modulePath + '.' + attribute, size, bytes);
        return replaceTensor(modulePath, attribute, TensorData.of(bytes));
    }

    /** Replaces the elements of a tensor by data that is streamed when the archive is written. */
    public ArchiveEditor replaceTensor(String modulePath, String attribute, TensorData data) {
        TensorRecord tensor = requireTensor(modulePath, attribute);
        if (tensor.fillsStorage() && !sharesStorage(tensor)) {
            putStorage(tensor, data);
            return this;
        }
        return replaceRecord(
                modulePath, attribute, TensorRecord.rowMajorStrides(tensor.shape()), data);
    }

    /** Gives a module a tensor of another shape in the place of one; the type stays. */
    public ArchiveEditor replaceTensor(
            String modulePath, String attribute, Shape shape, ByteBuffer bytes) {
        TensorRecord tensor = requireTensor(modulePath, attribute);
        long size = shape.size() * tensor.dataType().getNumOfBytes();
        requireSize(modulePath + '.' + attribute, size, bytes);
        return replaceRecord(
                modulePath,
                attribute,
                newStorageKey(),
                shape,
                TensorRecord.rowMajorStrides(shape),
                TensorData.of(bytes));
    }

    /** Replaces the elements of a matrix, which then lie column by column, as the data do. */
    public ArchiveEditor replaceByColumns(String modulePath, String attribute, TensorData data) {
        TensorRecord matrix = requireTensor(modulePath, attribute);
        if (matrix.shape().dimension() != 2) {
            throw new IllegalArgumentException(
                    "The tensor '%s.%s' is no matrix".formatted(modulePath, attribute));
        }
        return replaceRecord(modulePath, attribute, List.of(1L, matrix.shape().get(0)), data);
    }

    /** Gives a module a tensor with other strides, in the old one's storage if it is its own. */
    private ArchiveEditor replaceRecord(
            String modulePath, String attribute, List<Long> strides, TensorData data) {
        TensorRecord tensor = requireTensor(modulePath, attribute);
        boolean keepsStorage =
                !sharesStorage(tensor) && tensor.shape().size() == tensor.storageElements();
        String key = keepsStorage ? tensor.storageKey() : newStorageKey();
        return replaceRecord(modulePath, attribute, key, tensor.shape(), strides, data);
    }

    private ArchiveEditor replaceRecord(
            String modulePath,
            String attribute,
            String key,
            Shape shape,
            List<Long> strides,
            TensorData data) {
        TensorRecord old = requireTensor(modulePath, attribute);
        TensorRecord own =
                new TensorRecord(
                        key, old.dataType(), shape.size(), 0, shape, strides, old.requiresGrad());
        putStorage(own, data);
        insert(archive.object(modulePath).dictEnd(), attribute, own);
        return this;
    }

    private boolean sharesStorage(TensorRecord tensor) {
        return archive.data().uses().get(tensor.storageKey()) > 1;
    }

    /**
     * Adds a file {@code code/__torch__/….py} to the program. Its functions are called by their
     * full names: {@code f} of {@code code/__torch__/tools/math.py} is {@code
     * __torch__.tools.math.f}.
     */
    public ArchiveEditor addCode(String name, String text) {
        if (!name.matches("code/__torch__(/\\w+)+\\.py")
                || archive.file().contains(name)
                || newCode.containsKey(name)) {
            throw new IllegalArgumentException(
                    "The program can't be given the file '" + name + "': invalid or taken");
        }
        newCode.put(name, text.getBytes(UTF_8));
        return this;
    }

    /**
     * Stores the tensors of float32 in bfloat16: rounded to the nearest number, the largest ones to
     * the largest that there is. Constants of the program, which are single numbers, keep their
     * types, but are none that bfloat16 has no place for.
     *
     * @throws IllegalStateException if a tensor was replaced before, or a constant is an array
     */
    public ArchiveEditor roundToBfloat16() {
        if (rounded || !storages.isEmpty() || archive.hasConstantArrays()) {
            throw new IllegalStateException(
                    "Tensors are rounded once, before any is replaced, and constants are numbers");
        }
        rounded = true;
        byte[] name = StorageTypes.storageClass(DataType.BFLOAT16).getBytes(UTF_8);
        int replaced = StorageTypes.storageClass(DataType.FLOAT32).length();
        for (int position : archive.data().floatStorages()) {
            patches.add(new PicklePatch(position, position + replaced, name));
        }
        for (TensorRecord tensor : archive.data().tensors()) {
            if (tensor.dataType() == DataType.FLOAT32) {
                String key = tensor.storageKey();
                long size = tensor.storageElements() * DataType.BFLOAT16.getNumOfBytes();
                String entry = TorchArchive.entryOf(key);
                storages.put(key, new Storage(size, NarrowStorage.rounded(archive.file(), entry)));
            }
        }
        for (TensorRecord constant : archive.constants().tensors()) {
            DataType type = constant.dataType();
            if (type == DataType.FLOAT32 || type == DataType.FLOAT64) {
                String entry = "constants/" + constant.storageKey();
                constants.put(
                        entry,
                        new Storage(
                                type.getNumOfBytes(),
                                NarrowStorage.bounded(archive.file(), entry, type)));
            }
        }
        return this;
    }

    /**
     * Leaves out of the copy what is not understood here. It then holds the program, the pickles
     * that were checked and the tensors they describe, and nothing else that the engine would read.
     */
    public ArchiveEditor leaveOutUnknown() {
        knownOnly = true;
        return this;
    }

    /**
     * Writes the changed archive. The file appears complete or not at all, and may be the one that
     * the archive was read from.
     *
     * @throws ArchiveException if bytes of a stripped archive are still missing, or an entry of the
     *     archive is damaged
     */
    public void write(Path path) throws IOException {
        for (String key : archive.missingStorages()) {
            if (!storages.containsKey(key)) {
                throw new ArchiveException(
                        "%s: %s is missing; supply the storage before writing"
                                .formatted(archive.path(), TorchArchive.entryOf(key)));
            }
        }
        ArchiveFile file = archive.file();
        Map<String, byte[]> changed = changedCode();
        changed.put("data.pkl", changedData());
        try (ZipFile zip = file.reopen()) {
            ArchiveWriter writer = new ArchiveWriter(file.root());
            for (Map.Entry<String, Long> entry : file.sizes().entrySet()) {
                String name = entry.getKey();
                if (name.startsWith("data/") && isDropped(name.substring("data/".length()))) {
                    writer.put(name, new byte[0]);
                    continue;
                }
                byte[] bytes = changed.getOrDefault(name, archive.content(name));
                if (bytes != null) {
                    writer.put(name, bytes);
                } else if (!isWanted(name, changed)) {
                    file.check(zip, name);
                } else {
                    writer.put(
                            name,
                            entry.getValue(),
                            out -> {
                                try (InputStream in = file.stream(zip, name)) {
                                    in.transferTo(out);
                                }
                            });
                }
            }
            newCode.forEach(writer::put);
            storages.forEach(
                    (key, storage) ->
                            writer.put(TorchArchive.entryOf(key), storage.size(), storage.data()));
            constants.forEach((entry, one) -> writer.put(entry, one.size(), one.data()));
            writer.write(path);
        } catch (IOException e) {
            // what could not be read is no reason to free space for what is written
            throw e.getCause() instanceof ArchiveException unreadable ? unreadable : e;
        }
    }

    /** Tells whether an entry is copied; where text is changed, its table of lines is wrong. */
    private boolean isWanted(String name, Map<String, byte[]> changed) {
        return knownOnly
                ? archive.hasStorage(name)
                : !changed.containsKey(name.replaceAll("\\.debug_pkl$", ""));
    }

    /** Declares an attribute of a class that can be given it, and finds the class's objects. */
    private List<ScriptObject> newAttribute(ClassText type, String name, String valueType) {
        requireOwn(type);
        List<ScriptObject> objects =
                archive.data().objects().stream()
                        .filter(object -> object.className().equals(type.qualifiedName()))
                        .toList();
        Map<String, String> added =
                newAttributes.computeIfAbsent(type.qualifiedName(), key -> new LinkedHashMap<>());
        boolean taken =
                type.attributes().stream().anyMatch(known -> known.name().equals(name))
                        || added.containsKey(name);
        if (taken || !name.matches("[A-Za-z_]\\w*") || objects.isEmpty()) {
            throw new IllegalArgumentException(
                    ("The class %s can't be given the attribute '%s': the name is taken or"
                                    + " invalid, or no module is of the class")
                            .formatted(type.qualifiedName(), name));
        }
        added.put(name, valueType);
        return objects;
    }

    private Map<String, byte[]> changedCode() {
        List<Splice> splices = new ArrayList<>(replaced.values());
        newAttributes.forEach((name, types) -> splices.addAll(declare(name, types)));
        splices.addAll(newMethods);
        splices.sort(Comparator.comparingInt(Splice::start).reversed());
        Map<String, StringBuilder> texts = new LinkedHashMap<>();
        for (Splice splice : splices) {
            texts.computeIfAbsent(
                            splice.file(),
                            file -> new StringBuilder(TorchArchive.text(archive.content(file))))
                    .replace(splice.start(), splice.end(), splice.text());
        }
        Map<String, byte[]> changed = new LinkedHashMap<>();
        texts.forEach((file, text) -> changed.put(file, text.toString().getBytes(UTF_8)));
        return changed;
    }

    private List<Splice> declare(String className, Map<String, String> types) {
        ClassText type = archive.requireClass(className);
        ClassText.Declarations declarations = type.declarations();
        String newLine = "\n" + declarations.indent();
        StringBuilder attributes = new StringBuilder();
        types.forEach((name, t) -> attributes.append(newLine + name + " : " + t));
        StringBuilder parameters = new StringBuilder();
        newParameters
                .getOrDefault(className, List.of())
                .forEach(name -> parameters.append('"' + name + "\", "));
        int listStart = declarations.parametersListStart();
        if (listStart < 0 && !parameters.isEmpty()) {
            attributes.insert(0, newLine + "__parameters__ = [" + parameters + "]");
        }
        int start = declarations.attributesStart();
        Splice declared = new Splice(type.file(), start, start, attributes.toString());
        return listStart < 0
                ? List.of(declared)
                : List.of(
                        new Splice(type.file(), listStart, listStart, parameters.toString()),
                        declared);
    }

    private byte[] changedData() throws ArchiveException {
        byte[] data = archive.content("data.pkl");
        List<PicklePatch> all = new ArrayList<>(patches);
        Set<String> dropped = new HashSet<>();
        for (Map.Entry<String, Set<Drop>> entry : drops.entrySet()) {
            if (isDropped(entry.getKey())) {
                dropped.add(entry.getKey());
            } else {
                entry.getValue().forEach(drop -> all.add(emptied(drop)));
            }
        }
        all.addAll(PicklePatch.emptying(data, dropped));
        all.sort(Comparator.comparingInt(PicklePatch::start));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int done = 0;
        for (PicklePatch patch : all) {
            out.write(data, done, patch.start() - done);
            out.writeBytes(patch.bytes());
            done = patch.end();
        }
        out.write(data, done, data.length - done);
        return out.toByteArray();
    }

    /** Sets an attribute to an empty tensor. */
    private PicklePatch emptied(Drop drop) {
        TensorRecord tensor = drop.tensor();
        TensorRecord empty =
                newTensor(
                        "an empty tensor",
                        tensor.dataType(),
                        new Shape(0),
                        ByteBuffer.allocate(0),
                        tensor.requiresGrad());
        PickleWriter opcodes = new PickleWriter().text(drop.attribute()).tensor(empty).setItem();
        return PicklePatch.at(drop.object().dictEnd(), opcodes);
    }

    /** Sets an entry of the attribute dictionary that is on the stack at the position. */
    private void insert(int position, String attribute, TensorRecord tensor) {
        PickleWriter opcodes = new PickleWriter().text(attribute).tensor(tensor).setItem();
        patches.add(PicklePatch.at(position, opcodes));
    }

    private void putStorage(TensorRecord tensor, TensorData data) {
        Storage storage = new Storage(tensor.storageBytes(), data);
        if (storages.putIfAbsent(tensor.storageKey(), storage) != null) {
            throw new IllegalArgumentException(
                    "The storage " + tensor.storageKey() + " was replaced before");
        }
    }

    private String newStorageKey() {
        return String.valueOf(++nextStorage);
    }

    private TensorRecord requireTensor(String modulePath, String attribute) {
        if (archive.object(modulePath).attributes().get(attribute) instanceof TensorRecord tensor) {
            return tensor;
        }
        throw new IllegalArgumentException(
                "The module '%s' has no tensor '%s'".formatted(modulePath, attribute));
    }

    @SuppressWarnings("ReferenceEquality") // that of another archive can have the same text
    private void requireOwn(ClassText type) {
        if (archive.requireClass(type.qualifiedName()) != type) {
            throw new IllegalArgumentException(
                    "The class " + type.qualifiedName() + " belongs to another archive");
        }
    }

    /** Refuses elements of a tensor that have another size than the tensor. */
    static void requireSize(String name, long expected, ByteBuffer bytes) {
        if (bytes.remaining() != expected) {
            throw new IllegalArgumentException(
                    "The data for %s has %s bytes instead of %s"
                            .formatted(name, bytes.remaining(), expected));
        }
    }
}
