/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The files of the disk as a program sees them that is killed after a number of changes, or that
 * must not write to a folder, or to which a folder is a volume of its own.
 */
public final class TroubledFiles extends FileSystemProvider {

    /** Ends a program at once: whatever it tries to change from then on fails too. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private final FileSystemProvider disk = FileSystems.getDefault().provider();
    private final FileSystem system = new Disk();
    private Path readOnly;
    private Path volume;
    private int changes = Integer.MAX_VALUE;

    public TroubledFiles killedAfter(int changes) {
        this.changes = changes;
        return this;
    }

    /** Forbids changes of what is directly in a folder. */
    public TroubledFiles readOnly(Path folder) {
        readOnly = folder;
        return this;
    }

    /** Makes a folder one that can't be moved, and that nothing can be moved into or out of. */
    public TroubledFiles volume(Path folder) {
        volume = folder;
        return this;
    }

    /** Shows a path of the disk to the program. */
    public Path see(Path path) {
        return (Path)
                Proxy.newProxyInstance(
                        Path.class.getClassLoader(),
                        new Class<?>[] {Path.class},
                        (proxy, method, args) ->
                                switch (method.getName()) {
                                    case "getFileSystem" -> system;
                                    case "equals" ->
                                            args[0] instanceof Path other
                                                    && path.equals(disk(other));
                                    case "iterator" -> seen(path);
                                    default -> forwarded(path, method, args);
                                });
    }

    private Object forwarded(Path path, Method method, Object... args)
            throws IllegalAccessException, IOException {
        try {
            Object result = method.invoke(path, onDisk(args));
            return result instanceof Path found ? see(found) : result;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Iterator<Path> seen(Iterable<Path> paths) {
        return StreamSupport.stream(paths.spliterator(), false).map(this::see).iterator();
    }

    private static Object[] onDisk(Object... args) {
        Object[] onDisk = args == null ? null : args.clone();
        for (int i = 0; onDisk != null && i < onDisk.length; i++) {
            if (onDisk[i] instanceof Path path) {
                onDisk[i] = disk(path);
            }
        }
        return onDisk;
    }

    private static Path disk(Path path) {
        return Proxy.isProxyClass(path.getClass()) ? Path.of(path.toString()) : path;
    }

    /** Counts a change, and refuses it where it is not allowed. */
    private Path changed(Path seen) throws IOException {
        Path path = disk(seen);
        if (changes == 0) {
            throw new Killed();
        }
        changes--;
        if (path.getParent().equals(readOnly)) {
            throw new AccessDeniedException(path.toString());
        }
        return path;
    }

    @Override
    public String getScheme() {
        return disk.getScheme();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return system;
    }

    @Override
    public Path getPath(URI uri) {
        return see(disk.getPath(uri));
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return disk.newByteChannel(opened(path, options), options, attributes);
    }

    @Override
    public FileChannel newFileChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return disk.newFileChannel(opened(path, options), options, attributes);
    }

    private Path opened(Path path, Set<? extends OpenOption> options) throws IOException {
        boolean creates =
                options.contains(StandardOpenOption.CREATE_NEW)
                        || options.contains(StandardOpenOption.CREATE);
        return creates ? changed(path) : disk(path);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
            Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
        DirectoryStream<Path> entries =
                disk.newDirectoryStream(disk(path), entry -> filter.accept(see(entry)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return seen(entries);
            }

            @Override
            public void close() throws IOException {
                entries.close();
            }
        };
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        if (Files.exists(disk(path))) { // the system looks for this first
            throw new FileAlreadyExistsException(path.toString());
        }
        disk.createDirectory(changed(path), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.delete(changed(path));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
        disk.copy(disk(from), changed(to), options);
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        Path source = changed(from);
        Path target = disk(to);
        if (target.getParent().equals(readOnly)) {
            throw new AccessDeniedException(target.toString());
        }
        if (source.equals(volume)) {
            throw new FileSystemException(source.toString(), null, "Device or resource busy");
        }
        if (volume != null && source.startsWith(volume) != target.startsWith(volume)) {
            throw new AtomicMoveNotSupportedException(
                    source.toString(), target.toString(), "Invalid cross-device link");
        }
        disk.move(source, target, options);
    }

    @Override
    public boolean isSameFile(Path a, Path b) throws IOException {
        return disk.isSameFile(disk(a), disk(b));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return disk.isHidden(disk(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return disk.getFileStore(disk(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        if (disk(path).equals(readOnly) && Set.of(modes).contains(AccessMode.WRITE)) {
            throw new AccessDeniedException(path.toString());
        }
        disk.checkAccess(disk(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return disk.getFileAttributeView(disk(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
            Path path, Class<A> type, LinkOption... options) throws IOException {
        return disk.readAttributes(disk(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
            throws IOException {
        return disk.readAttributes(disk(path), names, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options)
            throws IOException {
        disk.setAttribute(changed(path), name, value, options);
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        return see(disk.readSymbolicLink(disk(link)));
    }

    /** The paths and stores of the disk; the rest is not asked for. */
    private final class Disk extends FileSystem {

        @Override
        public FileSystemProvider provider() {
            return TroubledFiles.this;
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return FileSystems.getDefault().getSeparator();
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            return () -> seen(FileSystems.getDefault().getRootDirectories());
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return FileSystems.getDefault().getFileStores();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return FileSystems.getDefault().supportedFileAttributeViews();
        }

        @Override
        public Path getPath(String first, String... more) {
            return see(Path.of(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher(pattern);
            return path -> matcher.matches(disk(path));
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            return FileSystems.getDefault().getUserPrincipalLookupService();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }
}
