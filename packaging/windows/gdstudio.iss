; The installer for Windows, by Inno Setup 6: iscc /DVersion=0.1.0 packaging\windows\gdstudio.iss
; For one user and without rights; for all with /ALLUSERS. Silent, for a script over thirty machines:
;   GradientDescentStudio-Setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART
; Signed where SignTool names how: iscc /DSign "/Sgdstudio=signtool.exe sign ... $f" ...

#ifndef Version
  #define Version "0.0.0"
#endif
#define Title "Gradient Descent Studio"

[Setup]
AppId={{8E0C3E5B-6C0B-4B44-9E6C-2F6C2E6F5D11}
AppName={#Title}
AppVersion={#Version}
AppPublisher=The Gradient Descent Studio authors
DefaultDirName={autopf}\{#Title}
DefaultGroupName={#Title}
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=GradientDescentStudio-{#Version}-Setup
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
UninstallDisplayIcon={app}\{#Title}.exe
ChangesAssociations=yes
#ifdef Sign
SignTool=gdstudio
#endif

[Files]
Source: "..\..\dist\gdstudio\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[InstallDelete]
; What an older version had and this one has not must not be found by it.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{autoprograms}\{#Title}"; Filename: "{app}\{#Title}.exe"

[Registry]
; Lessons that are named *.lesson.md cannot be told from others by Windows; they are opened by “Open with”.
Root: HKA; Subkey: "Software\Classes\Applications\{#Title}.exe\SupportedTypes"; ValueType: string; ValueName: ".md"; ValueData: ""; Flags: uninsdeletekey
; Sessions are nobody else's.
Root: HKA; Subkey: "Software\Classes\.gdstudio"; ValueType: string; ValueName: ""; ValueData: "gdstudio.session"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\gdstudio.session"; ValueType: string; ValueName: ""; ValueData: "Session of {#Title}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\gdstudio.session\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\{#Title}.exe,0"
Root: HKA; Subkey: "Software\Classes\gdstudio.session\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\{#Title}.exe"" ""%1"""

[Run]
Filename: "{app}\{#Title}.exe"; Description: "{cm:LaunchProgram,{#Title}}"; Flags: nowait postinstall skipifsilent
